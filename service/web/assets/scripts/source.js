// The text of a definition: judged a moment after each change, problems lead to their line, line numbers beside it.
// Without JavaScript the text is judged whenever it is saved.

const DELAY_MILLISECONDS = 200;

function titled(form, count) {
  const title = form.dataset.title;
  document.title = document.title.replace(/^(\(\d+\) )?/, count ? `(${count}) ` : "");
  form.dataset.title = title;
}

class Judge {
  constructor(form) {
    this.form = form;
    this.input = form.elements.source;
    this.place = document.getElementById("verdict");
    this.timer = 0;
    this.under_way = null;
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY_MILLISECONDS);
  }

  async ask() {
    this.under_way?.abort();
    this.under_way = new AbortController();
    const body = new URLSearchParams([...new FormData(this.form)]);
    try {
      const answer = await fetch(this.form.dataset.sourceCheck, { method: "POST", body, signal: this.under_way.signal });
      if (answer.ok && !answer.redirected) this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") this.place.dataset.old = "";
    }
  }

  show(html) {
    const open = this.place.querySelector("details[open]") !== null;
    delete this.place.dataset.old;
    this.place.innerHTML = html;
    if (open) for (const part of this.place.querySelectorAll("details")) part.open = true;
    titled(this.form, Number(this.place.querySelector("[data-problems]").dataset.problems));
  }

  follow(event) {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    const lines = this.input.value.split("\n");
    const at = Number(link.dataset.line) - 1;
    const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
    this.input.focus();
    this.input.setSelectionRange(start, start + (lines[at] || "").length);
    const height = Number.parseFloat(getComputedStyle(this.input).lineHeight);
    this.input.scrollTop = Math.max(0, (at - 3) * height);
  }
}

function number(input) {
  const gutter = document.createElement("pre");
  gutter.className = "gutter";
  gutter.setAttribute("aria-hidden", "true");
  const box = document.createElement("div");
  box.className = "numbered";
  input.replaceWith(box);
  box.append(gutter, input);
  const write = () => {
    const count = input.value.split("\n").length;
    if (gutter.dataset.count !== String(count)) {
      gutter.dataset.count = String(count);
      gutter.textContent = Array.from({ length: count }, (_, index) => index + 1).join("\n");
    }
    gutter.scrollTop = input.scrollTop;
  };
  input.addEventListener("input", write);
  input.addEventListener("scroll", write);
  write();
}

function start() {
  for (const form of document.querySelectorAll("form[data-source-check]:not([data-judged])")) {
    form.dataset.judged = "";
    const judge = new Judge(form);
    number(judge.input);
    judge.input.addEventListener("input", () => judge.plan());
    judge.place.addEventListener("click", (event) => judge.follow(event));
    titled(form, Number(judge.place.querySelector("[data-problems]").dataset.problems));
  }
}

serves("[data-source-check]", start);
