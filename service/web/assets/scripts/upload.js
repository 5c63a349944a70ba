// Files go up as soon as they are chosen or dropped, one by one, with progress, together with what the form holds.
// The answer is the list of stored files, or the page drawn again with that list in it. Without JavaScript the
// button beside the input sends the form.

let underWay = Promise.resolve();
let count = 0;

function send(url, form, field, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    body.set("intent", `upload:${field}`);
    body.set(field, file, file.name);
    request.open("POST", url);
    request.setRequestHeader("X-Upload", "1");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? resolve(request.responseText) : reject(new Error(request.responseText)));
    request.onerror = () => reject(new Error(""));
    request.send(body);
  });
}

function line(box, file) {
  const words = document.createElement("p");
  const bar = document.createElement("progress");
  words.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  words.append(bar);
  box.querySelector("[data-progress]").append(words);
  return { words, bar };
}

// Puts the new list in place; of a page that was drawn again also the revision that it was made from.
function put(box, html) {
  const answer = new DOMParser().parseFromString(html, "text/html");
  const form = box.closest("form");
  const list = answer.getElementById(box.dataset.stored);
  const revision = list && [...answer.forms].find((one) => one.elements.revision && one.getAttribute("action") === form.getAttribute("action"));
  if (revision && form.elements.revision) form.elements.revision.value = revision.elements.revision.value;
  document.getElementById(box.dataset.stored).replaceChildren(...(list || answer.body).childNodes);
}

// What the server says of a file that it did not take: a plain sentence, or the page's own words.
function reason(message) {
  if (message && message.length < 200 && !message.includes("<")) return message;
  return new DOMParser().parseFromString(message, "text/html").querySelector("main .notice p, [data-error-summary] li")?.textContent.trim();
}

async function upload(box, files) {
  const { name } = box.querySelector("input[type=file]");
  for (const file of files) {
    const { words, bar } = line(box, file);
    try {
      put(box, await send(box.dataset.upload, box.closest("form"), name, file, (share) => { bar.value = share; }));
      words.textContent = `${file.name} ${box.dataset.doneText}`;
    } catch (error) {
      words.className = "error";
      words.textContent = `${file.name} ${reason(error.message) || box.dataset.failedText}`;
    }
  }
}

// The input is emptied at once, so that no form takes the same files along again.
function begin(box, files) {
  box.querySelector("input[type=file]").value = "";
  count += 1;
  underWay = underWay.then(() => upload(box, files)).finally(() => { count -= 1; });
}

// A form that is sent while files go up waits for them.
function wait(event) {
  if (!count) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  underWay.then(() => event.target.requestSubmit(event.submitter));
}

let started = false;
function start() {
  if (!started) document.addEventListener("submit", wait, true);
  started = true;
  for (const box of document.querySelectorAll("[data-upload]:not([data-uploading])")) {
    box.dataset.uploading = "";
    box.querySelector("button[value^='upload:']").hidden = true;
    box.addEventListener("change", (event) => event.target.type === "file" && begin(box, [...event.target.files]));
    box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      begin(box, [...event.dataTransfer.files]);
    });
  }
}

serves("[data-upload]", start);
