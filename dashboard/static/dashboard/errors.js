// For the pages of errors: copies text, chooses all rows, and holds the live list while rows are chosen.
(() => {
  "use strict";
  const chosen = () => document.querySelector('#live input[name="id"]:checked');

  async function copy(button) {
    const field = document.getElementById(button.dataset.copy), words = button.textContent;
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // without TLS there is no clipboard
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = words; }, 1500);
  }

  function ready() {
    for (const hidden of document.querySelectorAll("[data-copy], .bulkbar .all")) hidden.hidden = false;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-choose-all]")) return;
    for (const box of document.querySelectorAll('#live input[name="id"]')) box.checked = event.target.checked;
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (chosen()) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("DOMContentLoaded", ready);
})();
