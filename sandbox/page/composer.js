// Where a person writes: Enter sends, Shift+Enter makes a line, Escape cancels, "/" and "@" offer what bots know.

import * as attach from "./attach.js";
import * as context from "./context.js";
import { byId } from "./elements.js";
import { startFormatBar } from "./formatbar.js";
import * as inline from "./inline.js";
import * as offers from "./offers.js";
import { clearKeys, loadKeys, startKeys } from "./replykeyboard.js";
import { richField } from "./richfield.js";
import * as rich from "./richtext.js";
import { rewrite, say, sendThing } from "./sending.js";
import * as slash from "./slash.js";
import { store } from "./store.js";
import * as tray from "./tray.js";

const { EMPTY } = rich;
const PLACEHOLDER = "Write a message";
const form = byId("composer");
const field = richField(byId("text"), onChange);
const drafts = new Map(); // what was begun in other chats
let before = null; // what was written when somebody began to change a message
let asked = ""; // the placeholder that a bot wishes for
let here = "";
let life = null;
const sending = new Set(); // the chats into which something is on its way that takes a while

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
  const left = here;
  if (left) drafts.set(left, field.value);
  here = place();
  context.clear();
  tray.changePlace(left, here);
  showSending();
  attach.end(false);
  clearKeys();
  field.set(drafts.get(here) || EMPTY);
  closeOffers();
}

// A message came, changed or went; the keyboard may be another one then.
export function onMessage(message) {
  if (!message || message.keyboard) loadKeys();
}

// Where we are is known, perhaps another chat than before, or the same one of another world.
export function onState() {
  here ||= place();
  if (here !== place()) reset();
  if (life && life !== store.life) forgetContext();
  ({ life } = store);
}

// What is answered or changed is no more, and its number may be another message's; what was typed stays.
function forgetContext() {
  const value = context.editedMessage() ? rich.joined(field.value, before || EMPTY) : field.value;
  before = null;
  context.clear();
  field.set(value);
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
  if (sending.has(here)) return;
  const edited = context.editedMessage();
  if (!value.text.trim() && tray.isEmpty() && !edited) return;
  closeOffers();
  if (edited) await alone(() => change(edited, value));
  else if (!tray.isEmpty()) await alone(() => sendFiles(value));
  else await answering((replied) => sendText(value, replied));
}

// What takes a while is done once, however often somebody presses Enter.
async function alone(doing) {
  const at = here;
  sending.add(at);
  showSending();
  await doing();
  sending.delete(at);
  showSending();
}

function showSending() {
  if (sending.has(here)) form.setAttribute("aria-busy", "true");
  else form.removeAttribute("aria-busy");
}

async function change(message, value) {
  const isDone = isSame(value, message) || (await rewrite(message, value));
  if (isDone && context.editedMessage() === message) stopEditing();
}

const isSame = ({ text, entities }, message) =>
  text === (message.text || message.caption || "") &&
  JSON.stringify(entities) === JSON.stringify((message.entities || message.caption_entities || []).filter((one) => FORMATS.includes(one.type)));

// What stands in the field of a chat, which may be another one than is seen by now.
const written = (at) => (at !== here ? drafts.get(at) : context.editedMessage() ? before : field.value) || EMPTY;

function write(at, value) {
  if (at !== here) drafts.set(at, value);
  else if (context.editedMessage()) before = value;
  else field.set(value);
}

// What could not be sent comes back to where it was written, before what was written there since.
function putBack(at, value) {
  if (value.text) write(at, rich.joined(value, written(at)));
}

// The field is empty at once.
async function sendText(value, replied) {
  const [at, typed] = [here, field.value];
  field.set(EMPTY);
  const isSent = await say(value, replied);
  if (!isSent) putBack(at, typed);
  return isSent;
}

// The caption stays while the files go; what somebody makes of it meanwhile is not sent and stays, too.
async function sendFiles(caption) {
  const at = here;
  await answering(async (replied) => {
    const { isSent, isCaptionSent } = await tray.sendTray(caption, replied);
    if (isCaptionSent && JSON.stringify(written(at)) === JSON.stringify(caption)) write(at, EMPTY);
    return isSent;
  });
}

async function sendChosen(send) {
  const [at, typed] = [here, field.value];
  field.set(EMPTY);
  if (!(await answering(send))) putBack(at, typed);
}

// Sends something as an answer to what the bar shows; the bar goes, and comes back if that was refused.
async function answering(send) {
  const [at, replied] = [here, context.answeredMessage()];
  if (replied) context.clear();
  const isSent = await send(replied);
  const isFree = at === here && !context.answeredMessage() && !context.editedMessage();
  if (!isSent && replied && isFree && store.messages.has(replied.message_id)) context.reply(replied);
  return isSent;
}
