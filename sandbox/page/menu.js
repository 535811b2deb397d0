// A small menu beside what opened it: arrow keys go through it, Escape and a click elsewhere close it.

import { element } from "./elements.js";

let shown = null;

// items: { words, onDo, danger } or an element of its own; what is falsy is left out.
export function openMenu(anchor, label, items) {
  closeMenu();
  const made = element("div", { className: "menu", popover: "auto" });
  made.setAttribute("role", "menu");
  made.setAttribute("aria-label", label);
  made.append(...items.filter(Boolean).map((item) => (item instanceof Element ? item : entry(item))));
  made.addEventListener("keydown", (event) => move(made, event));
  made.addEventListener("toggle", (event) => event.newState === "closed" && made.remove());
  (anchor.closest("dialog") || document.body).append(made); // outside an open dialog nothing can be pressed
  shown = made;
  made.showPopover();
  put(made, anchor);
  made.querySelector("button")?.focus();
}

export function closeMenu() {
  if (shown?.isConnected) shown.hidePopover();
  shown = null;
}

function entry({ words, onDo, danger }) {
  const made = element("button", { type: "button", className: danger ? "danger" : "" }, words);
  made.setAttribute("role", "menuitem");
  made.addEventListener("click", () => (closeMenu(), onDo()));
  return made;
}

function put(made, anchor) {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = made;
  const below = at.bottom + 4 + height < innerHeight;
  made.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  made.style.top = `${Math.max(8, below ? at.bottom + 4 : at.top - height - 4)}px`;
}

function move(made, event) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const entries = [...made.querySelectorAll("button")];
  const at = entries.indexOf(document.activeElement);
  entries[(at + step + entries.length) % entries.length].focus();
}
