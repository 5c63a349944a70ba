// Saves a form as a draft: four seconds after the first change that is not saved yet, and when a field is left, so
// that whoever types without a pause is saved too, and a crash costs five seconds at most. What was typed stays in
// the form whatever happens; failures are tried again, later and later. The server answers JSON
// {"saved_at": "10:32", "revision": 7}; 409 or 412 mean that someone else changed the same content.

const DELAY_MILLISECONDS = 4000;
const RETRY_MILLISECONDS_MAX = 60000;
const CONFLICTS = [409, 412];

class Draft {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-saved]");
    this.saved = this.content();
    this.retry = DELAY_MILLISECONDS;
    this.timer = 0;
    this.busy = false;
    this.stopped = false;
  }

  content() {
    const data = new FormData(this.form);
    const pairs = [...data].filter(([name, value]) => typeof value === "string" && name !== "revision" && name !== "intent");
    return new URLSearchParams(pairs).toString();
  }

  body() {
    const body = new URLSearchParams(this.content());
    const revision = this.form.elements.revision;
    if (revision) body.set("revision", revision.value);
    body.set("intent", "save");
    return body;
  }

  get changed() {
    return this.content() !== this.saved;
  }

  plan(delay) {
    if (!this.stopped && !this.timer) this.timer = setTimeout(() => this.save(), delay);
  }

  forget() {
    clearTimeout(this.timer);
    this.timer = 0;
  }

  tell(state, time = "") {
    this.form.dataset.unsaved = String(state !== "saved");
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = this.status.dataset[`${state}Text`].replace("{time}", time);
  }

  async save(keepalive = false) {
    this.forget();
    if (this.busy || this.stopped || !this.changed) return;
    this.busy = true;
    const content = this.content();
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: this.body(),
        keepalive,
        headers: { Accept: "application/json", "X-Autosave": "1" },
      });
      if (CONFLICTS.includes(answer.status)) {
        this.stopped = true;
        this.tell("conflict");
      } else if (answer.ok && !answer.redirected) {
        this.keep(content, await answer.json());
      } else {
        throw new Error(String(answer.status));
      }
    } catch {
      this.tell("failed");
      this.plan(this.retry);
      this.retry = Math.min(this.retry * 2, RETRY_MILLISECONDS_MAX);
    } finally {
      this.busy = false;
      if (this.form.dataset.unsaved === "false" && this.changed) this.plan(DELAY_MILLISECONDS);
    }
  }

  async flush() {
    while (this.busy) await new Promise((resolve) => setTimeout(resolve, 50));
    await this.save();
  }

  keep(content, answer) {
    this.saved = content;
    this.retry = DELAY_MILLISECONDS;
    if (this.form.elements.revision && answer.revision !== undefined) {
      this.form.elements.revision.value = answer.revision;
    }
    this.tell("saved", answer.saved_at);
  }

  listen() {
    this.form.addEventListener("input", () => {
      this.form.dataset.unsaved = String(this.changed);
      if (this.retry > DELAY_MILLISECONDS) this.forget();
      this.plan(DELAY_MILLISECONDS);
    });
    this.form.addEventListener("change", () => this.save());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("submit", () => { this.stopped = true; });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save(true);
    });
  }
}

// Before another form of the page is sent (a decision beside a checklist), what was typed here is saved.
const drafts = [];

function saveFirst(event) {
  const waiting = drafts.filter((draft) => draft.form !== event.target && !draft.stopped && (draft.changed || draft.busy));
  if (!waiting.length || event.target.dataset.savedFirst !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, submitter } = event;
  Promise.all(waiting.map((draft) => draft.flush())).then(() => {
    target.dataset.savedFirst = "";
    target.requestSubmit(submitter);
  });
}

function start() {
  if (!drafts.length) document.addEventListener("submit", saveFirst, true);
  for (const form of document.querySelectorAll("form[data-autosave]:not([data-autosaving])")) {
    form.dataset.autosaving = "";
    const draft = new Draft(form);
    draft.listen();
    drafts.push(draft);
  }
}

serves("[data-autosave]", start);
