// The list above the field: commands, or what a bot offers while somebody types behind its name.

import { byId, element } from "./elements.js";

const panel = byId("offers");
const list = byId("commands");
const status = byId("offers-status");
const top = byId("offers-button");
let items = [];
let active = -1;
let field = null;
let onEnd = () => {};
let onClose = () => {};

export function startOffers(given) {
  field = given;
  list.addEventListener("scroll", () => list.scrollHeight - list.scrollTop - list.clientHeight < 80 && onEnd());
  list.addEventListener("keydown", take);
  panel.addEventListener("mousedown", (event) => event.preventDefault());
}

export const isOpen = () => !panel.hidden;

// given: { name, items, words?: what is said below, button?: { text, pick }, first?: whether the first is chosen,
// more?: called near the end of the list, closed?: called when it is no longer shown }
// An item: { title, about?, picture?, pick(), words?: what Tab completes to }
export function offer(given) {
  onClose();
  onClose = given.closed || (() => {});
  items = [];
  onEnd = given.more || (() => {});
  list.setAttribute("aria-label", given.name);
  list.replaceChildren();
  add(given.items);
  choose(given.first && items.length ? 0 : -1);
  list.hidden = items.length === 0;
  status.textContent = given.words || "";
  status.hidden = !given.words;
  top.replaceChildren();
  top.hidden = !given.button;
  if (given.button) top.append(buttonOf(given.button));
  panel.hidden = false;
  list.scrollTop = 0;
}

export function add(more) {
  list.append(...more.map((item, index) => option(item, items.length + index)));
  items = [...items, ...more];
}

export function close() {
  panel.hidden = true;
  onClose();
  onClose = () => {};
  items = [];
  choose(-1);
  list.replaceChildren();
}

// Whether a key of the field was for this list.
export function take(event) {
  if (panel.hidden) return false;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && items.length) move(step);
  else if (event.key === "Enter" && !event.shiftKey && active >= 0) items[active].pick();
  else if (event.key === "Tab" && !event.shiftKey && items.length) complete(items[Math.max(active, 0)]);
  else if (event.key === "Escape") close();
  else return false;
  event.preventDefault();
  return true;
}

function complete(item) {
  if (!item.words) return item.pick();
  field.set({ text: `${item.words} `, entities: [] });
  return close();
}

function move(step) {
  choose((active + step + items.length + (active < 0 && step < 0 ? 1 : 0)) % items.length);
  list.children[active].scrollIntoView({ block: "nearest" });
}

function choose(index) {
  active = index;
  [...list.children].forEach((one, number) => one.setAttribute("aria-selected", String(number === index)));
  if (index < 0) field.root.removeAttribute("aria-activedescendant");
  else field.root.setAttribute("aria-activedescendant", list.children[index].id);
}

function option(item, index) {
  const words = element("span", { className: "option-words" }, element("strong", {}, item.title));
  if (item.about) words.append(element("span", {}, item.about));
  const made = element("li", { id: `offer-${index}`, className: "option" }, ...(item.picture ? [item.picture] : []), words);
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  made.addEventListener("click", () => item.pick());
  return made;
}

function buttonOf({ text, pick }) {
  const made = element("button", { type: "button", className: "quiet" }, text);
  made.addEventListener("click", pick);
  return made;
}
