// Small conveniences: a phrase goes into its opinion, a button prints, the way to take back an act goes when it is over.

const UNDO_MILLISECONDS = 10000;

function put(button) {
  const box = document.getElementById(button.closest("[data-phrases]").dataset.phrases);
  box.setRangeText(button.textContent.trim(), box.selectionStart, box.selectionEnd, "end");
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

let started = false;
export function start() {
  for (const row of document.querySelectorAll("[data-phrases]")) row.hidden = false;
  if (started) return;
  started = true;
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrases] button");
    if (phrase) put(phrase);
    if (event.target.closest("[data-print]")) window.print();
  });
  setTimeout(() => document.querySelector("[data-undo]")?.remove(), UNDO_MILLISECONDS);
}
