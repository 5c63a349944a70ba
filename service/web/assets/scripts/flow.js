// The visual editor: each change goes to the server as an edit of the draft, and the answer takes the editor's place.
// Keys in the outline: up and down walk, Insert adds, Delete takes out, Alt with an arrow moves; Ctrl+Z and Ctrl+Y undo
// and redo, F8 goes to the next problem. Without JavaScript the same forms and links load whole pages.

const place = () => document.getElementById("flow");
let under_way = Promise.resolve();
let waiting = 0;
let problem = -1;
const NARROW = 960;

function titled(count) {
  document.title = document.title.replace(/^(\(\d+\) )?/, count > 0 ? `(${count}) ` : "");
}

function remember() {
  const active = document.activeElement;
  const open = [...document.querySelectorAll("#flow details[id]")].map((part) => [part.id, part.open]);
  const outline = document.querySelector(".outline-panel");
  const line = active?.closest("li[data-step]")?.dataset.step;
  return { id: active?.id, typed: typedIn(active), line, open, scroll: outline?.scrollTop };
}

// What was typed since the page came, so that an answer that comes meanwhile does not take it away.
function typedIn(control) {
  const isText = control?.matches("#flow input[type=text], #flow textarea") && control.value !== control.defaultValue;
  return isText ? { value: control.value, from: control.selectionStart, to: control.selectionEnd } : null;
}

function restore(kept, step) {
  for (const [id, open] of kept.open) {
    const part = document.getElementById(id);
    if (part && place().dataset.step === step) part.open = open;
  }
  const outline = document.querySelector(".outline-panel");
  if (outline && kept.scroll) outline.scrollTop = kept.scroll;
  const again = kept.line === undefined ? kept.id && document.getElementById(kept.id) : document.querySelector(".outline [aria-current]");
  again?.focus({ preventScroll: kept.line === undefined });
  if (again && kept.typed && "setSelectionRange" in again) {
    again.value = kept.typed.value;
    again.setSelectionRange(kept.typed.from, kept.typed.to);
  }
}

async function exchange(url, options = {}) {
  const step = place().dataset.step;
  place().setAttribute("aria-busy", "true");
  const answer = await fetch(url, { ...options, headers: { "X-Fragment": "1", Accept: "text/html" } });
  const text = await answer.text();
  if (answer.redirected || !text.includes('id="flow"')) {
    window.location.reload();
    return;
  }
  // An answer to what was sent before the last change is old when it comes: only what the next one builds on is taken.
  if (waiting > 1) {
    const revision = new DOMParser().parseFromString(text, "text/html").querySelector("[name=revision]").value;
    for (const control of document.querySelectorAll("#flow [name=revision]")) control.value = revision;
    return;
  }
  const kept = remember();
  place().outerHTML = text;
  titled(Number(place().dataset.problems));
  restore(kept, step);
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

function send(form, button) {
  const body = new URLSearchParams([...new FormData(form)].filter(([name]) => name !== "intent"));
  body.set("intent", button?.value || "save");
  const step = body.get("intent").split(":")[1];
  if (!body.get("step") && step) body.set("step", step);
  waiting += 1;
  under_way = under_way.then(() => {
    body.set("revision", document.querySelector("#flow [name=revision]").value);
    return exchange(place().dataset.flow, { method: "POST", body });
  }).finally(() => { waiting -= 1; });
}

// What was typed into a form that an answer then replaced is sent before it is left.
function sendTyped() {
  const form = document.querySelector("[data-flow-step]");
  const controls = [...(form?.querySelectorAll("input[type=text], textarea") ?? [])];
  if (controls.some((control) => control.value !== control.defaultValue)) send(form);
}

function follow(link) {
  sendTyped();
  window.history.pushState(null, "", link.href);
  under_way = under_way.then(() => exchange(link.href)).then(() => {
    const step = document.getElementById("h-step");
    if (window.innerWidth < NARROW) step?.scrollIntoView();
  });
}

function walk(by) {
  const links = [...document.querySelectorAll(".outline a")];
  const at = links.indexOf(document.activeElement);
  links[Math.min(Math.max(at + by, 0), links.length - 1)]?.focus();
}

function nextProblem() {
  const links = [...document.querySelectorAll("[data-flow-problem]")];
  if (!links.length) return;
  problem = (problem + 1) % links.length;
  follow(links[problem]);
}

function nameOf(event) {
  return [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.key.toLowerCase()].filter(Boolean).join("+");
}

function press(event) {
  if (!place() || event.defaultPrevented || document.documentElement.dataset.keys !== "on") return;
  const name = nameOf(event);
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  if (name === "f8") {
    event.preventDefault();
    nextProblem();
    return;
  }
  if (typing) return;
  const in_outline = event.target.closest(".outline");
  if (in_outline && (name === "arrowdown" || name === "arrowup")) {
    event.preventDefault();
    walk(name === "arrowdown" ? 1 : -1);
    return;
  }
  const button = document.querySelector(`[data-flow-key="${CSS.escape(name)}"]`);
  if (!button || !(in_outline || name.startsWith("ctrl"))) return;
  event.preventDefault();
  button.click();
}

// A row whose first cell is still empty is being written: what is sent would not hold it.
function isBegun(form) {
  return [...form.querySelectorAll("table[data-rows] tbody tr")].some((row) => row.querySelector("select, input") && !row.querySelector("select, input").value);
}

let started = false;
function start() {
  if (started) return;
  started = true;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-flow-form]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-flow-step]");
    if (form && !event.target.matches("[data-flow-quiet]") && !isBegun(form)) send(form);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-flow-link]");
    const box = event.target.closest("#flow .diagram [data-state]");
    if (link && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      follow(link);
    } else if (box) {
      window.location.assign(`${place().dataset.flow}?view=outline&step=${box.dataset.state}`);
    }
  });
  document.addEventListener("keydown", press);
  window.addEventListener("popstate", () => place() && window.location.reload());
}

serves("[data-flow]", start);
