// Shows a typed password after its button was pressed, and hides it again. Without JavaScript there is no such button.

function start() {
  for (const button of document.querySelectorAll("[data-reveal][hidden]")) {
    const control = document.getElementById(button.dataset.reveal);
    const words = button.firstChild;
    const texts = { password: words.textContent, text: button.dataset.hideText };
    button.hidden = false;
    button.addEventListener("click", () => {
      control.type = control.type === "password" ? "text" : "password";
      words.textContent = texts[control.type];
    });
  }
}

serves("[data-reveal]", start);
