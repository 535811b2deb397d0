// Where a person writes: Enter sends, Shift+Enter makes a line, Escape cancels, "/" and "@" offer what bots know.

import * as attach from "./attach.js";
import * as context from "./context.js";
import { byId } from "./elements.js";
import { startFormatBar } from "./formatbar.js";
import * as inline from "./inline.js";
import * as offers from "./offers.js";
import { clearKeys, loadKeys, startKeys } from "./replykeyboard.js";
import { richField } from "./richfield.js";
import { EMPTY } from "./richtext.js";
import { rewrite, say, sendThing } from "./sending.js";
import * as slash from "./slash.js";
import { store } from "./store.js";
import * as tray from "./tray.js";

const PLACEHOLDER = "Write a message";
const form = byId("composer");
const field = richField(byId("text"), onChange);
const drafts = new Map(); // what was begun in other chats
let before = null; // what was written when somebody began to change a message
let asked = ""; // the placeholder that a bot wishes for
let here = "";
let sending = false;

export { canEdit } from "./context.js";
export { onInlineAnswer } from "./inline.js";

// goTo(bot): show the private chat with a bot
export function startComposer(goTo) {
  offers.startOffers(field);
  slash.startSlash((words) => (submit({ text: words, entities: [] }), field.focus()));
  inline.startInline(sendChosen, goTo);
  startFormatBar(field);
  startKeys(replyTo, (words) => ((asked = words), showPlaceholder()));
  attach.startAttaching((thing) => answering((replied) => sendThing(thing, replied)));
  tray.startTray(onChange, () => context.editedMessage() !== null);
  form.addEventListener("submit", (event) => (event.preventDefault(), submit()));
  field.root.addEventListener("keydown", onKey);
  byId("reply-cancel").addEventListener("click", cancel);
  document.addEventListener("click", (event) => form.contains(event.target) || closeOffers());
  showPlaceholder();
}

export function setCommands(commands) {
  slash.setCommands(commands, field.value.text);
}

export function replyTo(message) {
  stopEditing();
  context.reply(message);
  onChange();
  field.focus();
}

// Lets a person change a message of their own; what they had begun to write comes back afterwards.
export function startEditing(message) {
  if (!context.canEdit(message)) return;
  if (!context.editedMessage()) before = field.value;
  tray.clear();
  context.edit(message);
  const entities = (message.entities || message.caption_entities || []).filter((one) => FORMATS.includes(one.type));
  field.set({ text: message.text || message.caption || "", entities });
  closeOffers();
  field.focus();
}

// Those that a person made; the others are found again by the server.
const FORMATS = ["bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "blockquote", "expandable_blockquote", "text_link"];

// A reply to a message that is gone, or a change of it, would be refused.
export function forgetReply(messageId) {
  if (context.answeredMessage()?.message_id === messageId) cancel();
  else if (context.editedMessage()?.message_id === messageId) cancel();
}

// Another chat is seen: what was begun waits for the return to this one.
export function reset() {
  if (context.editedMessage()) stopEditing();
  if (here) drafts.set(here, field.value);
  here = place();
  context.clear();
  tray.clear();
  attach.end(false);
  clearKeys();
  field.set(drafts.get(here) || EMPTY);
  closeOffers();
}

// A message came, changed or went; the keyboard may be another one then.
export function onMessage(message) {
  if (!message || message.keyboard) loadKeys();
}

// The chat was loaded, perhaps another one than before.
export function onHistory() {
  here ||= place();
  if (here !== place()) reset();
  loadKeys();
}

const place = () => [store.personId, store.chatId, store.botNumber].join(" ");

function onChange() {
  const { text } = field.value;
  const isEmpty = !text.trim() && tray.isEmpty() && !context.editedMessage();
  form.classList.toggle("writing", text !== "");
  form.classList.toggle("idle", isEmpty);
  showPlaceholder();
  if (context.editedMessage() || !tray.isEmpty()) closeOffers();
  else if (!inline.offerResults(text)) slash.offerMatching(text);
}

function showPlaceholder() {
  const words = tray.isEmpty() ? asked || PLACEHOLDER : "Add a caption";
  field.root.dataset.placeholder = words;
  field.root.setAttribute("aria-placeholder", words);
}

function closeOffers() {
  slash.close();
  inline.close();
}

function cancel() {
  if (context.editedMessage()) stopEditing();
  context.clear();
  onChange();
}

function stopEditing() {
  if (!context.editedMessage()) return;
  context.clear();
  field.set(before || EMPTY);
  before = null;
}

function onKey(event) {
  if (event.isComposing || offers.take(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") cancel();
  else if (event.key === "ArrowUp" && !field.value.text && tray.isEmpty() && !context.editedMessage()) {
    const last = context.lastOwn();
    if (last) event.preventDefault();
    if (last) startEditing(last);
  }
}

async function submit(value = field.value) {
  if (sending) return;
  const edited = context.editedMessage();
  if (!value.text.trim() && tray.isEmpty() && !edited) return;
  closeOffers();
  if (edited) await alone(() => change(edited, value));
  else if (!tray.isEmpty()) await alone(() => sendFiles(value));
  else await answering((replied) => sendText(value, replied));
}

// What takes a while is done once, however often somebody presses Enter.
async function alone(doing) {
  sending = true;
  form.setAttribute("aria-busy", "true");
  await doing();
  sending = false;
  form.removeAttribute("aria-busy");
}

async function change(message, value) {
  if (isSame(value, message) || (await rewrite(message, value))) stopEditing();
}

const isSame = ({ text, entities }, message) =>
  text === (message.text || message.caption || "") &&
  JSON.stringify(entities) === JSON.stringify((message.entities || message.caption_entities || []).filter((one) => FORMATS.includes(one.type)));

// The field is empty at once; what could not be sent comes back.
async function sendText(value, replied) {
  const typed = field.value;
  field.set(EMPTY);
  const isSent = await say(value, replied);
  if (!isSent && !field.value.text) field.set(typed);
  return isSent;
}

async function sendFiles(caption) {
  await answering(async (replied) => {
    const { isSent, caption: left } = await tray.sendTray(caption, replied);
    field.set(isSent ? EMPTY : left);
    return isSent;
  });
}

function sendChosen(send) {
  field.set(EMPTY);
  answering(send);
}

// Sends something as an answer to what the bar shows; the bar goes, and comes back if that was refused.
async function answering(send) {
  const replied = context.answeredMessage();
  if (replied) context.clear();
  const isSent = await send(replied);
  if (!isSent && replied && !context.answeredMessage() && store.messages.has(replied.message_id)) context.reply(replied);
  return isSent;
}
