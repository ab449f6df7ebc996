// In a frame: tells the page around it how high it is, at first, whenever that changes, and when it is asked (frames.js).
// Out of sight a browser does not watch a frame’s size: so it tells at first without being watched.
(() => {
  "use strict";

  const tell = () => parent.postMessage({ embedHeight: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  addEventListener("message", ({ data }) => data === "embedHeight" && tell());
  addEventListener("load", tell);
  new ResizeObserver(tell).observe(document.body);
})();
