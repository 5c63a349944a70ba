// Brings the current step of a diagram into view.

function start() {
  for (const box of document.querySelectorAll(".diagram-box:not([data-shown])")) {
    box.dataset.shown = "";
    const state = box.querySelector(".state.current");
    if (!state) continue;
    const [inner, outer] = [state.getBoundingClientRect(), box.getBoundingClientRect()];
    box.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
    box.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }
}

serves(".diagram-box", start);
