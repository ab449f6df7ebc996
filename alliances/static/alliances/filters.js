// What htmx leaves open in the filters of a list: clean addresses, one entry of the history for one word typed, what is
// said while rows are fetched and when they cannot be, focus after a link, and choosing one of many codes by typing.
(() => {
  "use strict";
  const list = () => document.getElementById("list");
  const results = () => document.getElementById("results");
  const form = () => document.getElementById("filters");
  const say = (text) => { const said = document.getElementById("list-said"); if (said) said.textContent = text; };
  const within = (element) => Boolean(element && element.closest && element.closest("#list"));
  const WHOLE_DATE = /^(\d{4}(-\d\d(-\d\d)?)?)?$/;

  // ---- Asking -----------------------------------------------------------------------------------------------------

  // A date is typed through many texts that are none: only a whole one is asked for before Enter, or before one leaves.
  document.addEventListener("htmx:confirm", (event) => {
    const trigger = event.detail.triggeringEvent;
    const field = trigger && trigger.target;
    if (trigger && trigger.type === "input" && field.dataset.typed === "date" && !WHOLE_DATE.test(field.value.trim())) {
      event.preventDefault();
    }
    // A link with Shift opens a window, as everywhere.
    if (trigger && trigger.type === "click" && trigger.shiftKey && event.target.matches("a[href]")) {
      event.preventDefault();
      window.open(event.target.href, "_blank", "noopener");
    }
  });

  // What is empty, and how several codes count as long as there are none, is left out of the address. Not where a name
  // was typed that only the server may know: a form with an empty field is what it knows a person by.
  document.addEventListener("htmx:configRequest", (event) => {
    const asking = form();
    if (event.target !== asking || !asking) return;
    const data = event.detail.formData;
    const typed = [...asking.querySelectorAll("[data-add]")].some((input) => input.value.trim());
    if (typed) return;
    for (const name of new Set(data.keys())) {
      const values = data.getAll(name).map((value) => value.trim()).filter(Boolean);
      data.delete(name);
      for (const value of values) data.append(name, value);
    }
    for (const field of asking.querySelectorAll("[data-needs]")) {
      if (data.has(field.dataset.needs)) continue;
      for (const name of new Set([...field.elements].map((each) => each.name))) data.delete(name);
    }
  });

  let failed = false;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!within(event.target)) return;
    const { pathInfo, requestConfig } = event.detail;
    const trigger = requestConfig.triggeringEvent;
    const shown = trigger && trigger.type === "submit" && document.activeElement === trigger.submitter;
    if (event.target === form() && pathInfo.finalRequestPath === location.pathname + location.search) {
      // The rows of this address stand there already; what was on its way was called back.
      event.preventDefault();
      if (failed) recover();
      if (shown) show();
      return;
    }
    event.detail.xhr.shown = shown;
    results()?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (within(event.target)) results()?.removeAttribute("aria-busy");
  });

  // One word typed is one step back, however often the rows followed it.
  let typedIn = null;
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const trigger = event.detail.requestConfig.triggeringEvent;
    const field = trigger && trigger.type === "input" ? trigger.target.name : null;
    if (field && field === typedIn) event.detail.history.type = "replace";
    typedIn = field;
  });
  document.addEventListener("focusout", (event) => { if (event.target.matches?.("[data-typed]")) typedIn = null; });

  // ---- The answer -------------------------------------------------------------------------------------------------

  const show = () => {
    const place = results();
    if (!place) return;
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "start" });
  };

  let open = false;
  document.addEventListener("htmx:beforeSwap", () => { open = document.getElementById("more-filters")?.open; });

  document.addEventListener("htmx:afterSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (!requestConfig || event.detail.swapped) return;
    event.detail.swapped = true;  // It is told of each piece that was swapped; once is enough.
    failed = false;
    for (const message of document.querySelectorAll(".failed")) message.remove();
    const asking = form();
    for (const messages of asking ? asking.querySelectorAll(".errors") : []) {
      const name = messages.id.replace("errors-", "");
      const field = document.getElementById(`add-${name}`) || document.getElementById(`filter-${name}`);
      const wrong = messages.children.length > 0;
      if (field && field.matches("input")) {
        if (wrong) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
      }
      // A name that the server made a code of stands among those chosen.
      if (field && field.matches("[data-add]") && !wrong && requestConfig.elt === asking) field.value = "";
    }
    if (requestConfig.elt !== asking) followed(requestConfig.elt);
    else if (xhr.shown) show();
    enhance();
    const count = results()?.querySelector(".counted, [data-said]");
    say(count ? count.textContent : document.querySelector(".problems h2, #list-head h1")?.textContent || "");
  });

  // After a link of the list: the folds as they were, and focus where one goes on from.
  const followed = (link) => {
    const folds = document.getElementById("more-filters");
    if (folds && open) folds.open = true;
    if (link.closest(".pager")) return show();
    if (document.activeElement !== document.body) return;
    const next = link.closest(".applied") && document.querySelector(".applied a");
    (next || results())?.focus({ preventScroll: true });
  };

  // ---- No answer --------------------------------------------------------------------------------------------------

  const recover = () => {
    failed = false;
    for (const message of document.querySelectorAll(".failed")) message.remove();
    if (results()) results().hidden = false;
  };

  const fail = (why) => (event) => {
    if (!within(event.target)) return;
    const place = results();
    const { xhr, pathInfo } = event.detail;
    recover();
    failed = true;
    const message = document.createElement("div");
    message.className = "failed";
    message.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = xhr && xhr.status ? `${why} (${xhr.status}).` : `${why}.`;
    const again = document.createElement("a");
    again.href = pathInfo.finalRequestPath;
    again.textContent = "Try again";
    message.append(words, again);
    // The rows that stand there answer another question.
    place.hidden = true;
    place.before(message);
  };
  document.addEventListener("htmx:sendError", fail("The list could not be fetched: the server was not reached"));
  document.addEventListener("htmx:timeout", fail("The list could not be fetched: the server took too long"));
  document.addEventListener("htmx:responseError", fail("The list could not be fetched: the server failed"));

  // ---- One of many codes, by typing -------------------------------------------------------------------------------

  // What is typed loses case, accents and punctuation. What the names fold to, the server wrote beside each option.
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[’‘ʻʼ`´]/g, "'")
    .replace(/[^\p{L}\p{N}']+/gu, " ").trim();

  const known = new Map();  // From the id of a datalist to [{code, name, lines}].
  const codesOf = (id) => {
    if (!known.has(id)) {
      const options = document.getElementById(id)?.options || [];
      known.set(id, [...options].map((option) => ({
        code: option.value,
        name: option.textContent,
        lines: [...option.dataset.folded.split("|"), option.textContent.toLowerCase()],
      })));
    }
    return known.get(id);
  };

  // What fits a text, the best first: the code or a whole name, what begins with it, a word that does, what contains it.
  const fitting = (codes, text) => {
    const typed = text.trim().toLowerCase();
    const asked = plain(text) || typed;
    if (!asked) return codes;
    const rank = ({ code, lines }) => {
      if (code.toLowerCase() === typed || lines.includes(asked)) return 0;
      if (lines.some((line) => line.startsWith(asked))) return 1;
      if (code.toLowerCase().startsWith(typed)) return 2;
      if (lines.some((line) => line.includes(` ${asked}`))) return 3;
      return lines.some((line) => line.includes(asked) || line.includes(typed)) ? 4 : 5;
    };
    return codes.map((each) => [rank(each), each]).filter(([ranked]) => ranked < 5)
      .sort((a, b) => a[0] - b[0]).map(([, each]) => each);
  };

  const add = (input, box, { code, name }) => {
    const item = document.createElement("li");
    const label = document.createElement("label");
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "checkbox", name: input.name, value: code, checked: true, id: `${input.name}-${code}` });
    label.append(chosen, ` ${name}`);
    item.append(label);
    document.getElementById(`chosen-${input.name}`).append(item);
    input.removeAttribute("aria-invalid");
    box.empty();
    input.focus();
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const optionOf = ({ code, name }) => {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    Object.assign(option.dataset, { code, name });
    const words = document.createElement("span");
    words.textContent = name;
    const short = document.createElement("code");
    short.textContent = code;
    option.append(words, short);
    return option;
  };

  const adding = (input) => {
    const from = input.getAttribute("list");
    const list = document.createElement("ul");
    list.id = `offered-${input.name}`;
    input.after(list);
    input.removeAttribute("list");
    const options = (text) => {
      const there = new Set([...document.querySelectorAll(`#chosen-${input.name} input`)].map((each) => each.value));
      return fitting(codesOf(from), text).filter(({ code }) => !there.has(code)).map(optionOf);
    };
    const pick = (option) => add(input, box, option.dataset);
    const box = new Combobox(input, list, { label: input.getAttribute("aria-label"), options, pick, only: true });
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) pick(option);
    });
  };

  // A code that is unticked goes; focus goes to the next, or to the field that adds another.
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!box.matches?.(".chosen input") || box.checked) return;
    const boxes = [...box.closest(".chosen").querySelectorAll("input")];
    const next = boxes[boxes.indexOf(box) + 1] || document.getElementById(`add-${box.name}`);
    if (document.activeElement === box) next?.focus();
    // After the form has read that it is not ticked.
    setTimeout(() => box.closest("li")?.remove());
  });

  const enhance = () => {
    for (const input of document.querySelectorAll("[data-add][list]")) adding(input);
  };
  enhance();
})();
