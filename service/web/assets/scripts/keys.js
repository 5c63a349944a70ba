// Keyboard shortcuts, declared in the page: data-key="a", "g q", "alt+1", "?" on the link, button or summary
// that they press. A single key never decides anything: it opens a link or a panel; ctrl+enter sends the form
// that holds the focus. J, K, X, Enter walk, choose and open the rows of a list. data-keys="off" on the root
// switches all of it off.

const SEQUENCE_MILLISECONDS = 1200;
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=hidden]), textarea, select, [contenteditable]";
let pending = "";
let pendingTimer = 0;

function nameOf(event) {
  const digit = /^Digit(\d)$/.exec(event.code || "");
  const key = digit && event.altKey ? digit[1] : event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  return [...parts, key].join("+");
}

function press(element) {
  element.focus();
  element.click();
  const panel = element.closest("details");
  if (panel?.open) panel.querySelector(TYPING)?.focus();
}

function find(name) {
  return [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === name && element.getClientRects().length > 0,
  );
}

function isPrefix(name) {
  return [...document.querySelectorAll("[data-key]")].some((element) => element.dataset.key.startsWith(`${name} `));
}

function walk(step) {
  const rows = [...document.querySelectorAll("[data-list] [data-row]")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => "current" in row.dataset);
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  if (at >= 0) delete rows[at].dataset.current;
  next.dataset.current = "";
  (next.querySelector("a[href], input, button") || next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function currentRow() {
  return document.querySelector("[data-list] [data-current]");
}

let lastChosen = null;
function choose(range) {
  const box = currentRow()?.querySelector("[data-select]");
  if (!box) return false;
  const boxes = [...document.querySelectorAll("[data-list] [data-select]")];
  const from = range && lastChosen ? boxes.indexOf(lastChosen) : boxes.indexOf(box);
  const [low, high] = [from, boxes.indexOf(box)].sort((a, b) => a - b);
  const checked = range ? true : !box.checked;
  for (const other of boxes.slice(low, high + 1)) {
    if (other.checked !== checked) other.click();
  }
  lastChosen = box;
  return true;
}

function open() {
  const row = currentRow();
  if (!row?.dataset.url || document.activeElement?.closest("a, button")) return false;
  window.location.assign(row.dataset.url);
  return true;
}

function send(target) {
  const form = target.closest("form");
  const button = form?.querySelector("[data-send]") || form?.querySelector("button:not([name=intent]):not([type=button])");
  if (!form) return false;
  if (button) form.requestSubmit(button);
  else form.requestSubmit();
  return true;
}

const LIST_KEYS = {
  j: () => walk(1),
  k: () => walk(-1),
  x: (event) => choose(event.shiftKey),
  enter: open,
  p: () => { window.print(); return true; },
};

function handle(event) {
  if (document.documentElement.dataset.keys !== "on" || event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  if (name === "ctrl+enter") {
    if (send(event.target)) event.preventDefault();
    return;
  }
  if (event.target.closest(TYPING) && !event.ctrlKey && !event.altKey) return;
  const sequence = pending ? `${pending} ${name}` : name;
  clearTimeout(pendingTimer);
  pending = "";
  const element = find(sequence);
  if (element) {
    event.preventDefault();
    press(element);
  } else if (isPrefix(sequence)) {
    pending = sequence;
    pendingTimer = setTimeout(() => { pending = ""; }, SEQUENCE_MILLISECONDS);
  } else if (LIST_KEYS[name]?.(event)) {
    event.preventDefault();
  }
}

document.addEventListener("keydown", handle);
