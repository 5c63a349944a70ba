// Asks before a page with unsaved typing is left. The browser words the question itself.

let sending = false;

function isUnsaved(form) {
  if (form.dataset.autosave !== undefined) return form.dataset.unsaved === "true";
  return form.dataset.touched === "true";
}

function start() {
  for (const form of document.querySelectorAll("form[data-guard]:not([data-guarded])")) {
    form.dataset.guarded = "";
    form.addEventListener("input", () => { form.dataset.touched = "true"; });
    form.addEventListener("submit", () => { sending = true; });
  }
  window.onbeforeunload = (event) => {
    if (sending || ![...document.querySelectorAll("form[data-guard]")].some(isUnsaved)) return;
    event.preventDefault();
    event.returnValue = "";
  };
}

serves("[data-guard]", start);
