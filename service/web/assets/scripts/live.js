// News for an open page: when one's tasks or notices change, the marked pieces are fetched again and put in place.
// It listens only while the page is seen, and never takes a list from under somebody who is working in it.

const BEGIN_MILLISECONDS = 3000;
const AGAIN_MILLISECONDS = 60000;
const EVENTS = "/api/v1/me/events";
const LIGHTEST = "/notifications";
const EVERY_MILLISECONDS = 60000;

let source = null;
let timer = 0;
let ticking = 0;
const known = new Map();

function isBusy(piece) {
  return piece.contains(document.activeElement) || piece.querySelector("input:checked") !== null;
}

function tell(words, withButton) {
  const place = document.querySelector("[data-news]");
  place.querySelector("span").textContent = words;
  place.querySelector("button").hidden = !withButton;
  place.classList.toggle("hidden", !withButton);
}

// Takes the pieces of a fresh page that differ; a list that is worked in stays, and the page says that it is old.
function put(fresh, force) {
  const place = document.querySelector("[data-news]");
  let changed = false, waiting = false;
  for (const piece of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${piece.dataset.live}"]`);
    if (!other || other.innerHTML === piece.innerHTML) continue;
    const isList = piece.dataset.live === "list";
    if (!force && isBusy(piece)) { waiting ||= isList; continue; }
    changed ||= isList;
    piece.replaceChildren(...other.childNodes);
  }
  if (waiting) tell(place.dataset.old, true);
  else tell(changed ? place.dataset.fresh : "", false);
  if (changed) document.dispatchEvent(new Event("htmx:after:swap"));
}

async function refresh(force = false) {
  const hasList = document.querySelector('[data-live="list"]') !== null;
  try {
    const answer = await fetch(hasList ? location.href : LIGHTEST, { headers: { "X-Live": "1" }, redirect: "error" });
    if (answer.ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"), force);
  } catch { /* the line is down: the next news brings it */ }
}

// The first word on a kind of news is how things are; a later one that differs is news.
function hear(event) {
  const is = event.lastEventId || event.data;
  const isNews = known.has(event.type) && known.get(event.type) !== is;
  known.set(event.type, is);
  if (isNews) refresh();
}

function close() {
  clearTimeout(timer);
  clearInterval(ticking);
  source?.close();
  source = null;
}

// A page over many items is brought up to date every minute: nobody is told of each of their deeds.
function open() {
  close();
  if (document.querySelector("[data-minutely]")) ticking = setInterval(refresh, EVERY_MILLISECONDS);
  source = new EventSource(EVENTS);
  source.addEventListener("queue", hear);
  source.addEventListener("notices", hear);
  // A stream that ends is begun again by the browser; one that is refused is tried later.
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) later(AGAIN_MILLISECONDS);
  });
}

function later(milliseconds) {
  close();
  timer = setTimeout(open, milliseconds);
}

function follow() {
  if (document.visibilityState === "visible") later(BEGIN_MILLISECONDS);
  else close();
}

let started = false;
function start() {
  if (started || typeof EventSource === "undefined") return;
  started = true;
  document.querySelector("[data-news] button").addEventListener("click", () => refresh(true));
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", follow);
  follow();
}

serves("[data-news]", start);
