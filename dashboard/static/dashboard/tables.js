// Lists: a row leads where its first link does, boxes are counted and chosen together, and an open list stands still
// while rows are chosen, a form is open, or words say why not. Without it all of that works, with more presses.
(() => {
  "use strict";
  const boxes = () => [...document.querySelectorAll('#live input[form="bulk"]')];
  const holds = "#live details[open], #live [data-refused]";
  const isHeld = () => boxes().some((box) => box.checked) || document.querySelector(holds);
  const acts = (element) => element.closest("a, button, input, label, select, textarea, summary, details");

  function count() {
    const words = document.querySelector("[data-chosen]"), all = document.querySelector("[data-choose-all]");
    if (!words) return;
    const chosen = boxes().filter((box) => box.checked).length;
    words.dataset.before ??= words.textContent;
    words.textContent = chosen ? words.dataset.chosen.replace("%s", chosen) : words.dataset.before;
    all.checked = chosen > 0 && chosen === boxes().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }

  function ready() {
    for (const hidden of document.querySelectorAll(".bulkbar .all")) hidden.hidden = false;
    count();
  }

  document.addEventListener("click", (event) => {
    const row = event.target.closest("table.rows tbody tr"), link = row?.querySelector(".lead a");
    if (!link || acts(event.target) || String(getSelection())) return;
    if (event.ctrlKey || event.metaKey) open(link.href, "_blank", "noopener");
    else link.click();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) for (const box of boxes()) box.checked = event.target.checked;
    if (event.target.matches('[data-choose-all], input[form="bulk"]')) count();
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (event.target.id === "live" && isHeld()) event.preventDefault();
  });
  // One sheet at a time; Escape and a press elsewhere close it.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.(".filters details, .views details") && event.target.open)
      for (const other of document.querySelectorAll(".filters details[open], .views details[open]"))
        if (other !== event.target) other.open = false;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const sheet = document.querySelector(".filters details[open], .views details[open]");
    if (sheet) { sheet.open = false; sheet.querySelector("summary").focus(); }
  });
  document.addEventListener("pointerdown", (event) => {
    for (const sheet of document.querySelectorAll(".filters details[open], .views details[open]"))
      if (!sheet.contains(event.target)) sheet.open = false;
  });
  // What is left empty asks for nothing, and need not stand in the address.
  document.addEventListener("formdata", (event) => {
    if (event.target.id !== "filters") return;
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("DOMContentLoaded", ready);
})();
