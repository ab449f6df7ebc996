// Copy buttons: <button data-copy="#id" data-copied="Copied"> copies the text of an element and says so in the
// role="status" beside it. They show only once this script runs.
(() => {
  "use strict";

  document.documentElement.dataset.copies = "yes";

  // Without HTTPS there is no clipboard API: select the text and copy it the old way.
  function copySelected(element) {
    const selection = document.getSelection();
    selection.selectAllChildren(element);
    const done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  }

  async function copy(element) {
    try {
      await navigator.clipboard.writeText(element.textContent.trim());
      return true;
    } catch {
      return copySelected(element);
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const element = button && document.querySelector(button.dataset.copy);
    if (!element) return;
    const done = await copy(element);
    const status = button.parentElement.querySelector("[role=status]");
    if (status) status.textContent = done ? `${button.dataset.copied}: ${button.textContent.trim()}` : "The browser refused: the text is selected, copy it by hand.";
  });

  // Firefox and Safari before ::details-content print a folded part empty: unfold for the time of printing.
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details:not([open])")) {
      each.open = true;
      opened.push(each);
    }
  });
  addEventListener("afterprint", () => {
    for (const each of opened.splice(0)) each.open = false;
  });
})();
