// Sheets of points as a spreadsheet: arrow keys and Enter walk the cells, a block from a spreadsheet is pasted where
// the caret stands, totals and what is missing follow. The form itself is sent, and kept, as any other.

const WIDE_DIGIT = /[\uFF10-\uFF19]/g;

const narrow = (text) => text.replace(WIDE_DIGIT, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)).trim();

function number(input) {
  const text = narrow(input.value);
  return /^\d{1,3}$/.test(text) ? Number(text) : null;
}

// Every line of the table with the controls of its first row: a line that is shut or sent has none, and keeps its place.
function cells(table) {
  return [...table.tBodies].map((body) => [...body.rows[0].querySelectorAll("td input, td select")]);
}

function place(table, control) {
  const lines = cells(table);
  const line = lines.findIndex((row) => row.includes(control));
  return line < 0 ? null : { lines, line, column: lines[line].indexOf(control) };
}

function go(control) {
  control.focus();
  control.select?.();
  control.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function atEdge(control, step) {
  if (control.type !== "text") return control.tagName !== "SELECT";
  const { selectionStart: start, selectionEnd: end, value } = control;
  return (start === 0 && end === value.length) || (step < 0 ? end === 0 : start === value.length);
}

function walk(event) {
  const table = event.target.closest("table[data-grid]");
  const at = table && place(table, event.target);
  if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
  const down = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
  const across = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const isList = event.target.tagName === "SELECT" && event.key !== "Enter";
  let next;
  if (down && !isList) {
    for (let line = at.line + down; !next && at.lines[line]; line += down) next = at.lines[line][at.column];
    event.preventDefault();
  } else if (across && !event.shiftKey && atEdge(event.target, across)) {
    next = at.lines[at.line][at.column + across];
    event.preventDefault();
  }
  if (next) go(next);
}

// Points that stand far from the middle, or beside those suggested, need a remark.
function isApart(input, points) {
  const { least, most, suggested } = input.dataset;
  return points !== null && (points < Number(least) || points > Number(most) || (suggested !== "" && points !== Number(suggested)));
}

function judge(body) {
  let total = 0;
  let missing = 0;
  for (const input of body.querySelectorAll("[data-weight]")) {
    const points = number(input);
    const limit = Number(input.dataset.limit);
    const isWrong = input.value.trim() !== "" && (points === null || points > limit);
    const remark = body.querySelector(`[data-remark="${CSS.escape(input.id)}"]`);
    const words = remark.querySelector("input");
    const isWanting = !isWrong && isApart(input, points) && !words.value.trim();
    if (isWrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.classList.toggle("apart", isWanting);
    remark.classList.toggle("wanting", isWanting);
    remark.classList.toggle("idle", !isWanting && !words.value.trim() && words !== document.activeElement && !isApart(input, points));
    total += isWrong ? 0 : ((points || 0) * Number(input.dataset.weight)) / limit;
    missing += (points === null || isWrong ? 1 : 0) + (isWanting ? 1 : 0);
  }
  missing += body.querySelector(".grid-advice select").value ? 0 : 1;
  body.querySelector("[data-total]").textContent = (Math.floor(total * 100 + 0.5 + 1e-9) / 100).toFixed(2);
  return missing;
}

function follow(table) {
  const lines = [...table.querySelectorAll("[data-line]")];
  const lacks = lines.map(judge);
  lines.forEach((body, at) => {
    const words = lacks[at] ? table.dataset.missing.replace("{count}", lacks[at]) : table.dataset.ready;
    body.querySelector("[data-state]").textContent = words;
  });
  const count = table.closest("form").querySelector("[data-count]");
  const done = lacks.filter((lack) => !lack).length;
  if (count) count.textContent = table.dataset.progress.replace("{done}", done).replace("{count}", lacks.length);
}

// A block goes in from the cell that holds the caret; what meets a line that is shut, or no cell, is left out and told.
let pasted = [];

function paste(event) {
  const table = event.target.closest("table[data-grid]");
  const at = table && event.target.dataset.weight && place(table, event.target);
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!at || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  pasted = [];
  let beyond = 0;
  text.split("\n").forEach((row, down) => row.split("\t").forEach((value, across) => {
    const input = at.lines[at.line + down]?.[at.column + across];
    if (!input) {
      beyond += value.trim() ? 1 : 0;
      return;
    }
    pasted.push([input, input.value]);
    input.value = narrow(value);
  }));
  const { pasted: said, beyond: left } = table.dataset;
  const words = said.replace("{count}", pasted.length) + (beyond ? ` ${left.replace("{count}", beyond)}` : "");
  settle(table, words);
}

// Ctrl+Z right after a paste takes all of it back.
function takeBack(event) {
  const table = event.target.closest("table[data-grid]");
  if (!table || !pasted.length || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  for (const [input, value] of pasted) input.value = value;
  pasted = [];
  settle(table, "");
}

function settle(table, words) {
  table.closest("form").querySelector("[data-said]").textContent = words;
  table.dispatchEvent(new Event("change", { bubbles: true }));
  follow(table);
}

let started = false;
function start() {
  for (const table of document.querySelectorAll("table[data-grid][data-missing]")) follow(table);
  if (started) return;
  started = true;
  document.addEventListener("keydown", walk);
  document.addEventListener("keydown", takeBack);
  document.addEventListener("paste", paste);
  document.addEventListener("input", (event) => {
    const table = event.target.closest("table[data-grid][data-missing]");
    pasted = [];
    if (table) follow(table);
  });
}

serves("[data-grid]", start);
