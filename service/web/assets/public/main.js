// Starts what every page needs and loads the rest only where the page asks for it.
import { startKeys } from "./keys.js";

// The error summary takes the focus, and its links lead into the control.
function focusErrorSummary() {
  document.querySelector("[data-error-summary]")?.focus();
}

function followErrorLink(event) {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  control.focus();
  (control.closest(".field") || control).scrollIntoView({ block: "nearest" });
}

// An open menu closes with Escape and with a click elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
}

const onDemand = [
  ["[data-autosave]", "./autosave.js"],
  ["[data-flow]", "./flow.js"],
  ["[data-guard]", "./guard.js"],
  ["[data-news]", "./live.js"],
  ["[data-rows]", "./rows.js"],
  ["[data-upload]", "./upload.js"],
  ["[hx-get]", "./vendor/htmx.js"],
  [".diagram-box", "./diagram.js"],
  ["[data-reveal]", "./reveal.js"],
  ["[data-source-check]", "./source.js"],
  ["[data-phrases], [data-print], [data-undo], [data-opens], [data-sheet], [data-select-all]", "./small.js"],
];

async function loadOnDemand() {
  const needed = onDemand.filter(([selector]) => document.querySelector(selector));
  const modules = await Promise.all(needed.map(([, module]) => import(module)));
  for (const module of modules) module.start?.();
  document.documentElement.dataset.ready = "";
}

// Ctrl+K opens the palette, where there is one; it is loaded when first asked for.
function openPalette(event) {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || !document.getElementById("palette")) return;
  event.preventDefault();
  import("./palette.js").then((module) => module.open());
}

// Without a line to the service the page says so; what is typed stays and is saved when the line is back.
function tellLine() {
  for (const notice of document.querySelectorAll("[data-offline]")) notice.hidden = navigator.onLine;
}

window.addEventListener("online", tellLine);
window.addEventListener("offline", tellLine);
document.addEventListener("keydown", openPalette);
document.addEventListener("click", followErrorLink);
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));
document.addEventListener("htmx:after:swap", loadOnDemand);
focusErrorSummary();
startKeys();
loadOnDemand();
