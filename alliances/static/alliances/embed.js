// In a frame: tells the page around it how high it is, at first, whenever that changes, and when it is asked (frames.js).
(() => {
  "use strict";

  const tell = () => parent.postMessage({ embedHeight: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  addEventListener("message", ({ data }) => data === "embedHeight" && tell());
  new ResizeObserver(tell).observe(document.body);
})();
