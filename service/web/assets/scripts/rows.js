// Tables of rows: add, move and take out rows in place and keep the totals live. The buttons ask the server for the
// same where there is no JavaScript. A new row is a copy of the empty one that comes with the table.

const CELL = /^(.*)-(\d+)-([^-]+)$/;

// Two forms of a page may ask for the same table: a button works on that of its own form.
function tableOf(button, name) {
  return (button.form || document).querySelector(`table[data-rows="${CSS.escape(name)}"]`);
}

function renumber(body, name) {
  [...body.rows].forEach((row, index) => {
    const before = row.querySelector("th").textContent;
    const number = String(index + 1);
    row.querySelector("th").textContent = number;
    for (const control of row.querySelectorAll("[name]")) {
      const match = CELL.exec(control.name);
      if (match) {
        control.name = `${match[1]}-${index}-${match[3]}`;
        if (control.type !== "hidden") control.id = `f-${control.name}`;
        const label = control.getAttribute("aria-label");
        if (label) control.setAttribute("aria-label", label.replace(before, number));
      } else if (control.name === "intent") {
        control.value = `${control.value.split(":")[0]}:${name}:${index}`;
        const words = control.querySelector(".hidden");
        words.textContent = words.textContent.replace(before, number);
      }
    }
  });
}

function add(table, name) {
  const body = table.tBodies[0];
  const blank = table.closest("fieldset").querySelector(`template[data-row="${CSS.escape(name)}"]`)?.content.querySelector("tr");
  if (!blank) return false;
  const row = blank.cloneNode(true);
  body.append(row);
  renumber(body, name);
  row.querySelector("input, textarea, select")?.focus();
  return true;
}

function remove(table, button, name) {
  const body = table.tBodies[0];
  const row = button.closest("tr");
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  renumber(body, name);
  (next || body.closest("fieldset")).querySelector("button, [tabindex]")?.focus();
  return true;
}

// The row changes places with its neighbour; the button that was pressed keeps the focus.
function move(button, name, verb) {
  const row = button.closest("tr");
  const other = verb === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (other) {
    verb === "up" ? other.before(row) : other.after(row);
    renumber(row.parentElement, name);
    button.focus();
  }
  return true;
}

function total(table) {
  for (const cell of table.querySelectorAll("[data-total]")) {
    const column = `-${cell.dataset.total}`;
    const typed = [...table.tBodies[0].querySelectorAll("[name]")].filter((control) => control.name.endsWith(column));
    const fen = typed.reduce((sum, control) => sum + Math.round(Number(control.value.replace(/[,\uFF0C\s]/g, "")) * 100 || 0), 0);
    const digits = cell.dataset.kind === "money" ? 2 : 0;
    const text = (fen / 100).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    cell.textContent = cell.textContent.replace(/-?[\d,]+(\.\d+)?/, text);
  }
}

function changed(form, table) {
  total(table);
  form?.dispatchEvent(new Event("change", { bubbles: true }));
}

function handle(event) {
  const button = event.target.closest("button[name=intent]");
  const [verb, name] = (button?.value || "").split(":");
  const table = name && tableOf(button, name);
  if (!table) return;
  const done = verb === "add" ? add(table, name)
    : verb === "remove" ? remove(table, button, name)
    : (verb === "up" || verb === "down") && move(button, name, verb);
  if (done) {
    event.preventDefault();
    changed(table.closest("form"), table);
  }
}

let started = false;
function start() {
  if (started) return;
  started = true;
  document.addEventListener("click", handle);
  document.addEventListener("input", (event) => {
    const table = event.target.closest("table[data-rows]");
    if (table) total(table);
  });
}

serves("[data-rows]", start);
