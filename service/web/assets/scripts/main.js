// Begins the one script of the site: `store.py` puts the other files of this folder behind this one, each in a block of
// its own, so that their names do not meet. Each says what it serves, and is started where a page holds that.

const parts = [];
function serves(selector, start) {
  parts.push([selector, start]);
}

async function startParts() {
  for (const [selector, start] of parts) if (document.querySelector(selector)) start();
  if (document.querySelector("[hx-get]")) await import("./vendor/htmx.js");
  document.documentElement.dataset.ready = "";
}

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

// Without a line to the service the page says so; what is typed stays and is saved when the line is back.
function tellLine() {
  for (const notice of document.querySelectorAll("[data-offline]")) notice.hidden = navigator.onLine;
}

window.addEventListener("online", tellLine);
window.addEventListener("offline", tellLine);
document.addEventListener("click", followErrorLink);
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(null));
document.addEventListener("htmx:after:swap", startParts);
document.addEventListener("DOMContentLoaded", startParts);
focusErrorSummary();
