// The search over everything as a window: Ctrl-K, or the link that leads to its page without this file. What is found
// is asked for while somebody types, and the answer before is given up.
(() => {
  "use strict";
  const PAUSE = 120; // milliseconds without a key
  const dialog = document.getElementById("palette"), form = dialog.querySelector("form");
  const input = form.elements.q, list = document.getElementById("palette-list");
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  let timer = 0, request = null, chosen = -1;

  const options = () => [...list.querySelectorAll("a")];

  function choose(number) {
    const all = options();
    chosen = all.length ? (number + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  }

  // Links in lists become the options of a list box: the focus stays in the field.
  function fill(html) {
    list.innerHTML = html;
    for (const heading of list.querySelectorAll("h2")) heading.id = `palette-${heading.id}`;
    for (const group of list.querySelectorAll("ul")) {
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", `palette-${group.getAttribute("aria-labelledby")}`);
    }
    for (const item of list.querySelectorAll("section, h2, li")) item.setAttribute("role", "presentation");
    options().forEach((option, number) => {
      option.id = `palette-option-${number}`;
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    });
    choose(0);
  }

  function show(name) {
    for (const each of ["failed", "out", "waiting"]) part(each).hidden = each !== name;
    if (name) list.replaceChildren();
  }

  async function search() {
    request?.abort();
    const mine = request = new AbortController();
    if (!list.firstChild) show("waiting");
    try {
      const address = `${form.action}?q=${encodeURIComponent(input.value)}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: mine.signal });
      if (answer.status === 401) return show("out");
      if (!answer.ok) return show("failed");
      const html = await answer.text();
      show("");
      fill(html);
    } catch (error) {
      if (error.name !== "AbortError") show("failed");
    }
  }

  function open() {
    if (dialog.open) return;
    input.value = "";
    list.replaceChildren();
    dialog.showModal();
    input.focus();
    search();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    options()[chosen]?.click();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    if (event.target.closest("[data-again]")) search();
  });
  dialog.addEventListener("close", () => request?.abort());
  document.addEventListener("botdeck:find", open);
})();
