/* A map by keyboard: one tab stop, and arrow keys that go to the next state in their direction. Without this script
   each state is a tab stop. */
const walkable = (map) => {
  map.dataset.tiles = "walkable";
  const tiles = [...map.querySelectorAll(".parts a.tile, .parts a.area")].map((link) => {
    const rect = link.querySelector("rect");
    if (rect) return { link, column: Math.round(rect.x.baseVal.value / 30), row: Math.round(rect.y.baseVal.value / 30) };
    const { x, y, width, height } = link.getBBox();
    return { link, column: x + width / 2, row: y + height / 2 };
  });
  const stop = (tile) => tiles.forEach((each) => each.link.setAttribute("tabindex", each === tile ? 0 : -1));
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest in that direction; a distance to the side counts three times.
  const next = (from, [across, down]) => {
    let best = null, least = Infinity;
    for (const each of tiles) {
      const dx = each.column - from.column, dy = each.row - from.row;
      const ahead = across ? dx * across : dy * down, sideways = Math.abs(across ? dy : dx);
      if (ahead > 0 && ahead + 3 * sideways < least) [best, least] = [each, ahead + 3 * sideways];
    }
    return best;
  };

  if (tiles.length) stop(tiles.find((each) => each.link.classList.contains("filled")) || tiles[0]);
  map.addEventListener("keydown", (event) => {
    const from = tiles.find((each) => each.link === event.target.closest("a"));
    const to = from && ways[event.key] && next(from, ways[event.key]);
    if (!to) return;
    event.preventDefault();
    stop(to);
    to.link.focus();
  });
  map.addEventListener("focusin", (event) => {
    const tile = tiles.find((each) => each.link === event.target);
    if (tile) stop(tile);
  });
};
const walk = () => document.querySelectorAll("[data-tiles]:not([data-tiles=walkable])").forEach(walkable);
walk();
document.addEventListener("htmx:afterSwap", walk);  // Filtering a comparison replaces the map.
