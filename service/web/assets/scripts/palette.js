// The palette (Ctrl+K): pages, what can be done here, and what the search finds. Arrow keys walk, Enter opens.

const DELAY_MILLISECONDS = 200;
let dialog = null;
let timer = 0;

function entry(text, press) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", () => { dialog.close(); press(); });
  line.append(button);
  return line;
}

function near(words) {
  const wanted = words.toLowerCase();
  const links = [...document.querySelectorAll(".nav a, .menu-body li a, a[data-opens], .tabs a")];
  const seen = new Set();
  return links.filter((link) => {
    const text = link.firstChild?.textContent.trim() || "";
    if (!text || seen.has(text) || !text.toLowerCase().includes(wanted)) return false;
    seen.add(text);
    return true;
  });
}

async function find(words) {
  const list = dialog.querySelector("[data-near]");
  list.replaceChildren(...near(words).map((link) => entry(link.firstChild.textContent.trim(), () => link.click())));
  const found = dialog.querySelector("[data-found]");
  if (!words.trim()) return found.replaceChildren();
  const answer = await fetch(`/search?q=${encodeURIComponent(words)}`, { headers: { "X-Palette": "1", Accept: "text/html" } });
  if (answer.ok && !answer.redirected && dialog.querySelector("input").value === words) found.innerHTML = await answer.text();
}

function walk(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const stops = [dialog.querySelector("input"), ...dialog.querySelectorAll("[data-near] button, [data-found] a")];
  const next = stops[stops.indexOf(document.activeElement) + by];
  event.preventDefault();
  next?.focus();
}

function open() {
  if (!dialog) {
    document.body.append(document.getElementById("palette").content.cloneNode(true));
    dialog = document.querySelector("dialog.palette");
    const input = dialog.querySelector("input");
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => find(input.value), DELAY_MILLISECONDS);
    });
    dialog.addEventListener("keydown", walk);
  }
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input").select();
  find(dialog.querySelector("input").value);
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k" || !document.getElementById("palette")) return;
  event.preventDefault();
  open();
});
