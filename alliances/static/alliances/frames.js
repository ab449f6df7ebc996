// In a page that frames our figures: makes each frame as high as what is in it. It listens to our site only, and asks
// frames that were there before it.
(() => {
  "use strict";

  const site = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(site + "/"));
  addEventListener("message", ({ origin, source, data }) => {
    const height = data && data.embedHeight;
    if (origin !== site || !(height > 0 && height < 50000)) return;
    for (const frame of frames()) if (frame.contentWindow === source) frame.height = height;
  });
  for (const frame of frames()) frame.contentWindow.postMessage("embedHeight", "*");
})();
