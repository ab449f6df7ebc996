// The search box: suggestions while somebody types. Without this script the box is a form that leads to the page of
// results. Bound to every form with data-suggestions; / goes to the first of them.
"use strict";
(() => {
  function suggest(form) {
    const input = form.querySelector('input[type="search"]');
    if (!input) return;
    const list = document.createElement("div");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    const said = document.createElement("p");
    said.className = "unseen";
    said.setAttribute("role", "status");
    form.append(list, said);
    if (form === forms[0]) input.setAttribute("aria-keyshortcuts", "/");

    async function options(text, signal) {
      if (!text) {
        said.textContent = "";
        return [];
      }
      const query = new URLSearchParams(new FormData(form));
      const answer = await fetch(`${form.dataset.suggestions}?${query}`, { signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      const found = [...holder.content.children];
      if (!signal.aborted) {
        said.textContent = found.length ? `${found.length} suggestion${found.length > 1 ? "s" : ""}` : "No suggestions";
      }
      return found;
    }

    new Combobox(input, list, { label: "Suggestions", options, pick: (option) => option.click(), wait: 120 });
  }

  const forms = [...document.querySelectorAll("form[data-suggestions]")];
  forms.forEach(suggest);
  document.addEventListener("keydown", (event) => {
    const input = forms[0]?.querySelector('input[type="search"]');
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !input) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();
