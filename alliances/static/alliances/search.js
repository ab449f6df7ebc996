// The search box: suggestions while somebody types, by the pattern of an ARIA 1.2 combobox. Without this script the box
// is a form that leads to the page of results. Bound to every form with data-suggestions; / goes to the first of them.
"use strict";
(() => {
  const WAIT = 120; // Milliseconds after the last key: typing asks once, a pause asks at once.

  function combobox(form) {
    const input = form.querySelector('input[type="search"]');
    if (!input) return;
    const list = document.createElement("div");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    const said = document.createElement("p");
    said.className = "unseen";
    said.setAttribute("role", "status");
    form.append(list, said);
    const attributes = {
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox",
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    if (form === forms[0]) input.setAttribute("aria-keyshortcuts", "/");

    let timer = 0, asking = null, composing = false;
    const options = () => [...list.children];
    const chosen = () => options().find((option) => option.getAttribute("aria-selected") === "true");
    const open = () => !list.hidden;

    function choose(option) {
      chosen()?.setAttribute("aria-selected", "false");
      if (!option) return input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }

    function show(yes) {
      list.hidden = !yes;
      input.setAttribute("aria-expanded", String(yes));
      if (!yes) choose(null);
    }

    function stop() {
      clearTimeout(timer);
      asking?.abort();
      asking = null;
    }

    function close() {
      stop();
      show(false);
    }

    async function ask() {
      stop();
      const text = input.value.trim();
      if (!text) {
        close();
        list.replaceChildren();
        said.textContent = "";
        return;
      }
      const mine = (asking = new AbortController());
      const query = new URLSearchParams(new FormData(form));
      try {
        const answer = await fetch(`${form.dataset.suggestions}?${query}`, { signal: mine.signal });
        if (!answer.ok) throw new Error(answer.statusText);
        const holder = document.createElement("template");
        holder.innerHTML = await answer.text();
        if (asking !== mine) return; // Something newer was typed meanwhile.
        const found = [...holder.content.children];
        found.forEach((option, place) => { option.id = `${list.id}-${place}`; });
        choose(null);
        list.replaceChildren(...found);
        show(found.length > 0 && document.activeElement === input);
        said.textContent = found.length ? `${found.length} suggestion${found.length > 1 ? "s" : ""}` : "No suggestions";
      } catch (error) {
        if (error.name !== "AbortError") close(); // The form still works.
      }
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }

    input.addEventListener("compositionstart", () => { composing = true; });
    input.addEventListener("compositionend", () => { composing = false; later(); });
    input.addEventListener("input", () => { if (!composing) later(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || composing || event.ctrlKey || event.metaKey) return;
      const all = options(), now = all.indexOf(chosen());
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!all.length) return;
        event.preventDefault();
        if (!open()) show(true);
        if (event.altKey) return;
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(now < 0 ? all.at(step > 0 ? 0 : -1) : all[(now + step + all.length) % all.length]);
      } else if ((event.key === "Home" || event.key === "End") && open() && now >= 0) {
        event.preventDefault();
        choose(all.at(event.key === "Home" ? 0 : -1));
      } else if (event.key === "Enter") {
        if (open() && now >= 0) {
          event.preventDefault();
          all[now].click();
        }
        close();
      } else if (event.key === "Escape") {
        // The first closes the list, the next empties the box.
        if (open()) close();
        else { input.value = ""; list.replaceChildren(); close(); }
        event.preventDefault();
      } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        choose(null);
      }
    });
    input.addEventListener("blur", close);
    input.addEventListener("click", () => { if (!open() && list.children.length) show(true); });
    // The focus stays in the box while a suggestion is clicked.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
    window.addEventListener("pagehide", close);
  }

  const forms = [...document.querySelectorAll("form[data-suggestions]")];
  forms.forEach(combobox);
  document.addEventListener("keydown", (event) => {
    const input = forms[0]?.querySelector('input[type="search"]');
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !input) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
