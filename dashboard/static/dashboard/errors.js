// For the page of an error and that of recovery codes: copies the text of a field, or of what else has the id.
(() => {
  "use strict";
  async function copy(button) {
    const field = document.getElementById(button.dataset.copy), words = button.textContent;
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.innerText);
    } catch {
      document.execCommand("copy"); // without TLS there is no clipboard
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 1500);
  }

  function ready() {
    for (const hidden of document.querySelectorAll("[data-copy]")) hidden.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("DOMContentLoaded", ready);
})();
