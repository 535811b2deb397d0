// The bot's commands: offered while one is typed, and by their button.

import { byId } from "./elements.js";
import * as offers from "./offers.js";

const button = byId("commands-button");
let commands = []; // { command, description, words, bot }
let pick = () => {};
let isShown = false;

export function startSlash(onPick) {
  pick = onPick;
  button.addEventListener("click", () => (isShown ? close() : show(commands)));
  button.addEventListener("keydown", (event) => isShown && offers.take(event));
}

export function setCommands(given, text) {
  commands = given;
  button.hidden = commands.length === 0;
  if (isShown) offerMatching(text);
}

// Whether what is typed is a command that can still become one of these.
export function offerMatching(text) {
  const typed = /^\/[a-z0-9_]*(@[a-z0-9_]*)?$/i.test(text) && text.toLowerCase();
  const found = typed ? commands.filter((one) => one.words.startsWith(typed) || `/${one.command}@${one.bot}`.startsWith(typed)) : [];
  if (found.length) show(found);
  else close();
  return found.length > 0;
}

export function close() {
  if (isShown) offers.close();
}

function show(found) {
  const items = found.map(({ words, description }) => ({ title: words, about: description, words, pick: () => pick(words) }));
  offers.offer({ name: "Commands", items, closed: () => mark(false) });
  mark(true);
}

function mark(shown) {
  isShown = shown;
  button.setAttribute("aria-expanded", String(shown));
}
