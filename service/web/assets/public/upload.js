// Files go up as soon as they are chosen or dropped, one by one, with progress. The server answers with the
// list of stored files as HTML. Without JavaScript the button beside the input sends the form.

function send(url, field, file, token, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("_csrf", token);
    body.append(field, file, file.name);
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

async function upload(box, files) {
  const input = box.querySelector("input[type=file]");
  const token = box.closest("form").elements._csrf.value;
  for (const file of files) {
    const { words, bar } = line(box, file);
    try {
      const html = await send(box.dataset.upload, input.name, file, token, (share) => { bar.value = share; });
      document.getElementById(box.dataset.stored).innerHTML = html;
      words.textContent = `${file.name} ${box.dataset.doneText}`;
    } catch (error) {
      words.className = "error";
      const plain = error.message && error.message.length < 200 && !error.message.includes("<");
      words.textContent = `${file.name} ${plain ? error.message : box.dataset.failedText}`;
    }
  }
  input.value = "";
}

export function start() {
  for (const box of document.querySelectorAll("[data-upload]:not([data-uploading])")) {
    box.dataset.uploading = "";
    box.querySelector("button[value^='upload:']").hidden = true;
    box.addEventListener("change", (event) => event.target.type === "file" && upload(box, [...event.target.files]));
    box.addEventListener("dragover", (event) => { event.preventDefault(); box.classList.add("over"); });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("over");
      upload(box, [...event.dataTransfer.files]);
    });
  }
}
