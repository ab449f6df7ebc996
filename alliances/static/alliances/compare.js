// Members over time: a hairline that reads the numbers of a year, by pointer and, as a slider, by keyboard. Without this
// script the table below the chart has the numbers.
(() => {
  "use strict";
  const readable = (figure) => {
    figure.dataset.counts = "readable";
    const slider = figure.querySelector(".reading input");
    const [when, ...lines] = figure.querySelectorAll(".read > b, .read > span");
    const hair = figure.querySelector(".hair");
    const field = figure.querySelector(".field");
    const begin = Date.parse(figure.dataset.first);
    const length = Math.max(Date.parse(figure.dataset.last) - begin, 1);
    const first = Number(slider.min), last = Number(slider.max);
    const place = (year) => (year === last ? 1 : (Date.parse(`${String(year).padStart(4, "0")}-01-01`) - begin) / length);

    const read = (year) => {
      slider.value = year;
      const words = year === last ? "Today" : `1 January ${year}`;
      when.textContent = words;
      const said = lines.map((line) => {
        const number = line.dataset.numbers.split(" ")[year - first];
        line.querySelector("b").textContent = number;
        return `${line.dataset.name} ${number}`;
      });
      slider.setAttribute("aria-valuetext", `${words}: ${said.join(", ")}`);
      for (const end of ["x1", "x2"]) hair.setAttribute(end, `${(place(year) * 100).toFixed(2)}%`);
    };

    // The year whose first day is nearest to the pointer.
    const pointed = (event) => {
      const { left, width } = field.getBoundingClientRect();
      const at = Math.min(Math.max((event.clientX - left) / width, 0), 1);
      let year = Math.round(first + at * (last - first));
      while (year > first && place(year - 1) + place(year) > 2 * at) year -= 1;
      while (year < last && place(year) + place(year + 1) < 2 * at) year += 1;
      read(year);
    };
    field.addEventListener("pointermove", pointed);
    field.addEventListener("pointerdown", pointed);
    slider.addEventListener("input", () => read(Number(slider.value)));
    // The slider is no filter: a form around it must not ask anew.
    slider.addEventListener("change", (event) => event.stopPropagation());
    read(Number(slider.value));
  };
  const start = () => document.querySelectorAll("[data-counts]:not([data-counts=readable])").forEach(readable);
  start();
  document.addEventListener("htmx:afterSwap", start);
})();
