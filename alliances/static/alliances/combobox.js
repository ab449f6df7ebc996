// The one combobox of the site, by the pattern of ARIA 1.2: a text field, and below it a list of which one option is
// active. The field keeps focus. Used by search.js (the server answers) and filters.js (the page has the options).
"use strict";

class Combobox {
  // options(text, signal): the elements to offer, or a promise of them. pick(option): what Enter on one does; clicks
  // on its options are the caller's.
  // wait: milliseconds after the last key before it asks; typing asks once, a pause asks at once.
  // only: the text serves only to find an option. So the first one is active while somebody types, everything is
  // offered where nothing is typed, and Escape empties the field.
  constructor(input, list, { label, options, pick, wait = 0, only = false }) {
    Object.assign(this, { input, list, options, pick, wait, only });
    this.timer = 0;
    this.asking = null;
    this.composing = false;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox",
      "aria-controls": list.id,
    })) input.setAttribute(name, value);
    input.addEventListener("compositionstart", () => { this.composing = true; });
    input.addEventListener("compositionend", () => { this.composing = false; this.later(); });
    input.addEventListener("input", () => { if (!this.composing) this.later(); });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("click", () => { if (list.hidden) this.open(); });
    input.addEventListener("blur", () => this.close());
    window.addEventListener("pagehide", () => this.close());
    // The field keeps focus while one clicks or scrolls in the list.
    for (const press of ["pointerdown", "mousedown"]) list.addEventListener(press, (event) => event.preventDefault());
  }

  get active() {
    return [...this.list.children].findIndex((option) => option.getAttribute("aria-selected") === "true");
  }

  point(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    const option = this.list.children[index];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  show(yes) {
    this.list.hidden = !yes;
    this.input.setAttribute("aria-expanded", String(yes));
    if (!yes) this.point(-1);
  }

  // Give up what was asked and not answered yet.
  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.asking = null;
  }

  close() {
    this.stop();
    this.show(false);
  }

  later() {
    clearTimeout(this.timer);
    if (this.wait) this.timer = setTimeout(() => this.offer(), this.wait);
    else this.offer();
  }

  async offer() {
    this.stop();
    const asking = (this.asking = new AbortController());
    const text = this.input.value.trim();
    let found;
    try {
      found = await this.options(text, asking.signal);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // The form works without a list.
      return;
    }
    if (this.asking !== asking) return; // Something newer was typed meanwhile.
    found.forEach((option, place) => { option.id = `${this.list.id}-${place}`; });
    this.point(-1);
    this.list.replaceChildren(...found);
    this.show(found.length > 0 && document.activeElement === this.input);
    if (this.only && text && !this.list.hidden) this.point(0);
  }

  // Open the list again: as it was, or with everything that fits now.
  open() {
    if (this.only) return this.offer();
    if (this.list.children.length) this.show(true);
  }

  empty() {
    this.input.value = "";
    this.list.replaceChildren();
    this.close();
  }

  async key(event) {
    if (event.isComposing || this.composing || event.ctrlKey || event.metaKey) return;
    const { active, list } = this;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) await this.open();
      const number = list.children.length;
      if (list.hidden || !number || event.altKey) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.point(active < 0 ? (step > 0 ? 0 : number - 1) : (active + step + number) % number);
    } else if (event.key === "Enter") {
      if (!list.hidden && active >= 0) {
        event.preventDefault();
        this.pick(list.children[active]);
      }
      this.close();
    } else if (event.key === "Escape") {
      if (this.only && list.hidden && !this.input.value) return;
      event.preventDefault();
      // In a search the first closes the list, the next empties the field.
      if (this.only || list.hidden) this.empty();
      else this.close();
    } else if (!this.only && (event.key === "Home" || event.key === "End") && !list.hidden && active >= 0) {
      event.preventDefault();
      this.point(event.key === "Home" ? 0 : list.children.length - 1);
    } else if (!this.only && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      this.point(-1);
    }
  }
}
