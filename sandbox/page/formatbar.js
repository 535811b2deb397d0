// Formatting: a bar that stands above the field while something is selected, and Telegram's shortcuts.

import { byId, element, safeAddress } from "./elements.js";
import * as rich from "./richtext.js";

// type, what it is called, what the button shows, the key with Ctrl and whether with Shift, too
const FORMATS = [
  ["bold", "Bold", "B", "KeyB", false],
  ["italic", "Italic", "I", "KeyI", false],
  ["underline", "Underline", "U", "KeyU", false],
  ["strikethrough", "Strikethrough", "S", "KeyX", true],
  ["spoiler", "Spoiler", "▒", "KeyP", true],
  ["code", "Code", "‹›", "KeyM", true],
  ["pre", "Code block", "{}", null, true],
  ["blockquote", "Quote", "❝", "Period", true],
];
const SHOWN_KEYS = { Period: "." };
const bar = byId("formats");
const form = byId("link-form");
const address = byId("link-address");
let field = null;

export function startFormatBar(given) {
  field = given;
  bar.append(...FORMATS.map(formatButton), linkButton(), clearButton());
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("keydown", moveInBar);
  field.root.addEventListener("keydown", onShortcut);
  document.addEventListener("selectionchange", show);
  field.root.addEventListener("blur", () => requestAnimationFrame(show));
  bar.addEventListener("focusout", () => requestAnimationFrame(show));
  form.addEventListener("submit", (event) => (event.preventDefault(), setLink()));
  form.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), closeForm()));
  byId("link-remove").addEventListener("click", removeLink);
  byId("link-cancel").addEventListener("click", closeForm);
}

export function show() {
  const [from, to] = field.range;
  const isUsed = document.activeElement === field.root || bar.contains(document.activeElement);
  bar.hidden = !isUsed || from === to || !form.hidden;
  if (bar.hidden) return;
  for (const button of bar.querySelectorAll("[data-type]")) {
    button.setAttribute("aria-pressed", String(rich.has(field.value, button.dataset.type, from, to)));
  }
}

function formatButton([type, label, shown, key, shift], index) {
  const made = barButton(label, type, shown, () => toggle(type));
  made.dataset.type = type;
  made.tabIndex = index === 0 ? 0 : -1;
  if (key) made.title = `${label} (Ctrl+${shift ? "Shift+" : ""}${SHOWN_KEYS[key] || key.slice(3)})`;
  return made;
}

function linkButton() {
  const made = barButton("Link", "link", "🔗", openForm);
  made.title = "Link (Ctrl+K)";
  made.dataset.type = "text_link";
  made.tabIndex = -1;
  return made;
}

function clearButton() {
  const made = barButton("Plain text", "plain", "⊘", () => field.change(rich.cleared(field.value, ...field.range)));
  made.tabIndex = -1;
  return made;
}

function barButton(label, name, shown, onClick) {
  const glyph = element("span", { className: `glyph-${name}` }, shown);
  glyph.setAttribute("aria-hidden", "true");
  const made = element("button", { type: "button", title: label }, glyph);
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => (onClick(), show()));
  return made;
}

function toggle(type) {
  const [from, to] = field.range;
  if (from < to) return field.change(rich.toggled(field.value, type, from, to));
  const others = field.marks.filter((mark) => mark.type !== type);
  return field.choose(others.length < field.marks.length ? others : [...others, { type }]);
}

function onShortcut(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const format = FORMATS.find(([, , , key, shift]) => key === event.code && shift === event.shiftKey);
  if (format) toggle(format[0]);
  else if (event.code === "KeyK" && !event.shiftKey) openForm();
  else if (event.code === "KeyZ") event.shiftKey ? field.redo() : field.undo();
  else if (event.code === "KeyY") field.redo();
  else return;
  event.preventDefault();
  show();
}

function moveInBar(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape") field.focus();
  if (!step) return;
  const buttons = [...bar.children];
  const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
  buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
  next.focus();
}

// A link of the selected words, or of the link in which, or behind which, the caret stands.
function openForm() {
  const [from, to] = field.range;
  const known = rich.find(field.value, "text_link", from, to) || (from === to && rich.find(field.value, "text_link", from - 1, from));
  if (known && field.range[0] === field.range[1]) field.select(known.offset, known.offset + known.length);
  if (field.range[0] === field.range[1]) return;
  address.value = known ? known.url : "";
  address.setCustomValidity("");
  byId("link-remove").hidden = !known;
  form.hidden = false;
  bar.hidden = true;
  address.focus();
}

function closeForm() {
  form.hidden = true;
  field.focus();
  show();
}

function setLink() {
  const typed = address.value.trim();
  const url = typed && !/\s/.test(typed) && safeAddress(typed);
  address.setCustomValidity(url ? "" : "This is no address that a link can lead to.");
  if (!address.reportValidity()) return;
  const next = rich.marked(field.value, { type: "text_link", url }, ...field.range);
  form.hidden = true;
  field.change(next);
}

function removeLink() {
  form.hidden = true;
  field.change(rich.unmarked(field.value, "text_link", ...field.range));
}

address.addEventListener("input", () => address.setCustomValidity(""));
