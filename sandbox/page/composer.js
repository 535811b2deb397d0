// Where a person writes: Enter sends, Shift+Enter makes a line, Escape cancels, "/" offers the bot's commands.

import { byId, element } from "./elements.js";
import { summary } from "./media.js";
import { senderName } from "./message.js";

const text = byId("text");
const list = byId("commands");
const button = byId("commands-button");
let commands = [];
let active = -1;
let replied = null;
let send = async () => {};

export function startComposer(onSend) {
  send = onSend;
  byId("composer").addEventListener("submit", (event) => (event.preventDefault(), submit()));
  byId("reply-cancel").addEventListener("click", () => cancelReply());
  button.addEventListener("click", () => (list.hidden ? offer(commands) : close()));
  text.addEventListener("input", () => (grow(), offerMatching()));
  text.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => byId("composer").contains(event.target) || close());
}

export function setCommands(given) {
  commands = given;
  button.hidden = commands.length === 0;
  if (!list.hidden) offerMatching();
}

export function replyTo(message) {
  replied = message;
  byId("reply").hidden = false;
  byId("reply-name").textContent = senderName(message);
  byId("reply-text").textContent = message.text || message.caption || summary(message) || "";
  text.focus();
}

export function cancelReply() {
  replied = null;
  byId("reply").hidden = true;
}

// A reply to a message that is gone would be refused.
export function forgetReply(messageId) {
  if (replied?.message_id === messageId) cancelReply();
}

export function reset() {
  cancelReply();
  close();
}

async function submit(words = text.value) {
  if (!words.trim()) return;
  const typed = text.value;
  const answered = replied;
  text.value = "";
  reset();
  grow();
  if (!(await send(words, answered?.message_id))) {
    text.value = typed;
    if (answered) replyTo(answered);
    grow();
  }
}

function onKey(event) {
  if (event.isComposing) return;
  const open = !list.hidden;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (open && active >= 0) pick(active);
    else submit();
  } else if (event.key === "Escape") {
    if (open) close();
    else cancelReply();
  } else if (open && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (open && event.key === "Tab" && !event.shiftKey && list.children.length) {
    event.preventDefault();
    text.value = `${list.children[Math.max(active, 0)].dataset.words} `;
    close();
  }
}

function offerMatching() {
  const match = /^\/([a-z0-9_]*)$/i.exec(text.value);
  offer(match ? commands.filter((one) => one.command.startsWith(match[1].toLowerCase())) : []);
}

function offer(found) {
  active = -1;
  text.removeAttribute("aria-activedescendant");
  list.replaceChildren(...found.map(option));
  list.hidden = found.length === 0;
  button.setAttribute("aria-expanded", String(!list.hidden));
}

const close = () => offer([]);

function option(command, index) {
  const made = element("li", { id: `command-${index}`, className: "option" });
  made.setAttribute("role", "option");
  made.dataset.words = command.words;
  made.append(element("strong", {}, command.words), element("span", {}, command.description));
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", () => pick(index));
  return made;
}

function move(step) {
  const { length } = list.children;
  active = (active + step + length + (active < 0 && step < 0 ? 1 : 0)) % length;
  [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === active)));
  list.children[active].scrollIntoView({ block: "nearest" });
  text.setAttribute("aria-activedescendant", list.children[active].id);
}

function pick(index) {
  submit(list.children[index].dataset.words);
  text.focus();
}

function grow() {
  text.rows = Math.min(6, text.value.split("\n").length + Math.floor(text.value.length / 80));
}
