// Files of an answer: what is too much is said before it is sent, and a picture is pasted like a text. Without this file
// the page behind the form says the same.
(() => {
  "use strict";
  const field = document.querySelector("input[type=file][data-most]");
  if (!field) return;

  function check() {
    const files = [...field.files], bytes = files.reduce((sum, file) => sum + file.size, 0);
    const isMany = files.length > Number(field.dataset.most), isLarge = bytes > Number(field.dataset.megabytes) * 1e6;
    field.setCustomValidity(isMany ? field.dataset.many : isLarge ? field.dataset.large : "");
    if (isMany || isLarge) field.reportValidity();
  }

  field.addEventListener("change", check);
  document.querySelector("[data-answer]").addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...field.files, ...pasted]) all.items.add(file);
    field.files = all.files;
    check();
  });
})();
