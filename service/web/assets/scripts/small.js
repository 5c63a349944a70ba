// Small conveniences: a phrase goes into its opinion, a button prints, the way to take back an act goes when it is over.

const UNDO_MILLISECONDS = 10000;

function put(button) {
  const box = document.getElementById(button.closest("[data-phrases]").dataset.phrases);
  box.setRangeText(button.textContent.trim(), box.selectionStart, box.selectionEnd, "end");
  box.focus();
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// A link to a panel that is closed opens it and goes to its first control.
function open(link) {
  const panel = document.querySelector(link.hash);
  if (!panel) return;
  panel.open = true;
  panel.scrollIntoView({ block: "nearest" });
  (panel.querySelector("input:not([type=hidden]), textarea, select") || panel.querySelector("summary")).focus();
}

// All rows of the list, or none when all are chosen already.
function selectAll() {
  const boxes = [...document.querySelectorAll("[data-list] [data-select]")];
  const every = boxes.every((box) => box.checked);
  for (const box of boxes) if (box.checked === every) box.click();
}

// A sheet of numbers: the sum follows, arrow keys and Enter go up and down.
function sum(sheet) {
  const points = [...sheet.querySelectorAll("tbody input")].reduce((all, input) => all + (Number(input.value) || 0), 0);
  sheet.querySelector("[data-sum]").textContent = points.toLocaleString("en");
}

function step(event) {
  const sheet = event.target.closest("[data-sheet]");
  const by = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
  if (!sheet || !by || event.ctrlKey || event.metaKey) return;
  const inputs = [...sheet.querySelectorAll("tbody input")];
  const next = inputs[inputs.indexOf(event.target) + by];
  event.preventDefault();
  next?.focus();
  next?.select();
}

let started = false;
function start() {
  for (const row of document.querySelectorAll("[data-phrases], [data-select-all]")) row.hidden = false;
  if (started) return;
  started = true;
  document.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrases] button");
    if (phrase) put(phrase);
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-select-all]")) selectAll();
    const link = event.target.closest("a[data-opens]");
    if (link) {
      event.preventDefault();
      open(link);
    }
  });
  document.addEventListener("keydown", step);
  document.addEventListener("input", (event) => {
    const sheet = event.target.closest("[data-sheet]");
    if (sheet) sum(sheet);
  });
  setTimeout(() => document.querySelector("[data-undo]")?.remove(), UNDO_MILLISECONDS);
}

serves("[data-phrases], [data-print], [data-undo], [data-opens], [data-sheet], [data-select-all]", start);
