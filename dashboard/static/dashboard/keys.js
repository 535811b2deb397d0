// Shortcuts. The sheet of them in the page says which keys there are; this file knows what they do.
(() => {
  "use strict";
  const SEQUENCE = 1500; // milliseconds between G and the letter that follows
  const ROWS = "main table.rows tbody tr, main .messages > li, main .events > li";
  const sheet = document.getElementById("keys"), single = sheet.querySelector("[data-single-keys]");
  const letters = /^Key([A-Z])$/;
  let startedAt = 0;

  const deeds = {
    find: () => document.dispatchEvent(new Event("botdeck:find")),
    search: () => (document.querySelector('main input[type="search"]') ?? { focus: deeds.find }).focus(),
    next: () => step(1),
    previous: () => step(-1),
    answer: () => document.querySelector("main [data-answer]")?.focus(),
    help: () => sheet.showModal(),
  };

  // The focus goes to a row's link, so that Enter opens it without this file. A page without rows may lead to its next.
  function step(by) {
    const links = [...document.querySelectorAll(ROWS)].map((row) => row.querySelector("a[href]")).filter(Boolean);
    const row = document.activeElement.closest(ROWS);
    const here = links.findIndex((link) => row?.contains(link));
    const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
    if (!links.length && by > 0) document.querySelector("main [data-next]")?.click();
    links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
  }

  // By the place of the key where a layout has no Latin letters.
  function letterOf(event) {
    if (event.code === "Slash" && ".,".includes(event.key)) return event.shiftKey ? "?" : "/";
    return /^[\x20-\x7e]$/.test(event.key) ? event.key.toLowerCase() : letters.exec(event.code)?.[1].toLowerCase();
  }

  function isTyping(element) {
    if (element.isContentEditable || element.matches("textarea, select")) return true;
    return element.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  }

  function deedOf(letter, hasControl) {
    const listed = [...sheet.querySelectorAll("[data-does]")].filter((entry) => entry.dataset.key === letter);
    return deeds[listed.find((entry) => (entry.dataset.does === "find") === hasControl)?.dataset.does];
  }

  function press(event) {
    const letter = letterOf(event), hasControl = event.ctrlKey || event.metaKey;
    if (!letter || event.altKey || document.querySelector("dialog[open]")) return null;
    if (hasControl) return event.shiftKey ? null : deedOf(letter, true);
    if (!single.checked || isTyping(event.target)) return null;
    const isSecond = Date.now() - startedAt < SEQUENCE;
    startedAt = letter === "g" && !isSecond ? Date.now() : 0;
    if (isSecond) {
      const link = sheet.querySelector(`[data-go="${CSS.escape(letter)}"]`);
      return link && (() => location.assign(link.href));
    }
    return deedOf(letter, false);
  }

  function stored() {
    try { return localStorage.getItem("keys"); } catch { return null; /* storage is switched off */ }
  }

  // Enter is a new line in an answer, with Ctrl or Cmd it sends.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-answer]")) return;
    event.preventDefault();
    event.target.form.querySelector("button").click();
  });
  document.addEventListener("keydown", (event) => {
    const deed = press(event);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (event.target === sheet) sheet.close();
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    deeds[opener.dataset.open === "keys" ? "help" : "find"]();
  });
  single.checked = stored() !== "off";
  single.addEventListener("change", () => {
    try { localStorage.setItem("keys", single.checked ? "on" : "off"); } catch { /* then it is on again next time */ }
  });
  for (const shown of document.querySelectorAll("[data-open], [data-key-hint]")) shown.hidden = false;
})();
