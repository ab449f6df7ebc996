// The date of a page: its track can be dragged, walked by keyboard and played. The page swaps in place (htmx), the
// address follows, and what is shown then is said. Without this script the ticks of the track are links.
"use strict";
(() => {
  const DAY = 86400000;
  const number = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);

  const bar = document.getElementById("date-bar"), track = document.getElementById("date-track");
  const form = document.getElementById("date-form"), box = document.getElementById("on");
  if (!bar || !track || !form || !window.htmx) return;

  const stops = track.dataset.stops.split(" ").filter(Boolean);
  // A change known to a month or a year is looked at there; a tick stands at its first day.
  const places = stops.map((stop) => number(`${stop}-01-01`.slice(0, 10)));
  const range = document.createElement("input");
  Object.assign(range, { type: "range", min: number(track.dataset.first), max: number(track.dataset.last), step: 1 });
  range.value = number(track.dataset.on);
  range.setAttribute("aria-label", "Date on view");
  range.setAttribute("aria-valuetext", document.getElementById("as-of-date").textContent.trim());
  track.append(range);
  track.classList.add("scripted");

  // As precise as a hand can be: within a hundredth of the track, a change is meant.
  function dateAt(value) {
    const near = (range.max - range.min) / 100;
    let best = -1;
    places.forEach((place, index) => {
      if (Math.abs(place - value) <= near && (best < 0 || Math.abs(place - value) < Math.abs(places[best] - value))) best = index;
    });
    return best >= 0 ? stops[best] : iso(value);
  }

  let waiting = 0;
  function show(date) {
    box.value = date;
    document.getElementById("as-of-date").textContent = date;
    range.setAttribute("aria-valuetext", date);
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(), 150);
  }

  range.addEventListener("input", () => { stop(); show(dateAt(Number(range.value))); });
  range.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    stop();
    step(way);
  });

  function step(way) {
    const value = Number(range.value);
    const ahead = places.map((place, index) => [place, index]).filter(([place]) => (way > 0 ? place > value : place < value));
    if (!ahead.length) return false;
    const [place, index] = way > 0 ? ahead[0] : ahead[ahead.length - 1];
    range.value = place;
    show(stops[index]);
    return true;
  }

  // Play: from change to change, a second each; it begins anew at the end.
  const play = document.getElementById("date-play");
  play.disabled = false;
  let playing = 0;
  function stop() {
    clearInterval(playing);
    playing = 0;
    play.textContent = "▶ Play";
  }
  play.addEventListener("click", () => {
    if (playing) return stop();
    if (!places.some((place) => place > Number(range.value))) {
      range.value = places[0];
      show(stops[0]);
    }
    play.textContent = "❚❚ Pause";
    playing = setInterval(() => { if (!step(1)) stop(); }, 1000);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "panel") return;
    const wrong = document.querySelector("#on-problem .error");
    if (wrong) box.setAttribute("aria-invalid", "true"); else box.removeAttribute("aria-invalid");
    const said = document.getElementById("panel").dataset.said;
    document.getElementById("date-said").textContent = said;
    range.setAttribute("aria-valuetext", said);
    document.title = document.title.replace(/(, [^·]*)? ·/, `${box.value ? `, ${said.split(":")[0]}` : ""} ·`);
  });
})();
