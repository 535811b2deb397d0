// The frame around every page: the theme is switched at once, the server is told beside it; a form is sent once; one that
// is opened takes the focus, or a space that is typed next would close it.
(() => {
  "use strict";
  const root = document.documentElement;

  // Django's admin keeps its theme there.
  function remember(theme) {
    try { localStorage.setItem("theme", theme); } catch { /* storage is switched off */ }
  }

  function switchTo(theme, form) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.querySelector('meta[name="color-scheme"]').content = theme === "auto" ? "light dark" : theme;
    for (const button of form.elements) {
      if (button.name === "theme") button.setAttribute("aria-pressed", String(button.value === theme));
    }
    remember(theme);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target, theme = event.submitter?.value;
    if (!("themeChoice" in form.dataset) || !theme) return;
    event.preventDefault();
    switchTo(theme, form);
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => form.submit());
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("summary")?.closest("details.menu");
    const field = form?.querySelector("input:not([type=hidden]), select, textarea");
    if (field) setTimeout(() => { if (form.open) field.focus(); }); // it opens after the event
  });

  // Two clicks are one: the first answer would be lost, and some answers are shown once.
  const SENT = 3000; // milliseconds
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), SENT);
  });
  remember(root.dataset.theme ?? "auto");
})();
