// What a person does to a message that is there: react, reply, copy, edit, forward, pin, delete, vote.

import { copy } from "./buttons.js";
import { canEdit, startEditing } from "./composer.js";
import { openMenu } from "./menu.js";
import { isOwn } from "./message.js";
import { pickChat } from "./picker.js";
import { quickReactions } from "./reactions.js";
import { post } from "./server.js";
import { serviceWords } from "./service.js";
import * as known from "./store.js";

// An album is forwarded and deleted as a whole, and has its words in one of its parts; the rest is about its first one.
const where = (message) => ({ ...known.place(), message: message.message_id });

// attempt(promise) says what went wrong; enter(chat) goes to another chat.
export function messageActions(attempt) {
  const made = {
    react: (message, emoji) => attempt(post("/sandbox/react", { ...where(message), emoji })),
    vote: (message, options) => attempt(post("/sandbox/vote", { ...where(message), options })),
    stopPoll: (message) => attempt(post("/sandbox/stop_poll", where(message))),
    pin: (message) => attempt(post("/sandbox/pin", where(message))),
    unpin: (message) => attempt(post("/sandbox/unpin", where(message))),
    renew: (payment) => attempt(post("/sandbox/renew", { charge: payment.telegram_payment_charge_id })),
    remove: (messages) => attempt(removeAll(messages)),
    forward: (messages, chat) => attempt(post("/sandbox/forward", { ...known.place(), messages: messages.map((one) => one.message_id), to: chat.chat, ...(chat.bot === null ? {} : { bot: chat.bot }) })),
  };
  made.more = (messages, anchor) => openMore(messages, anchor, made);
  return made;
}

async function removeAll(messages) {
  const places = messages.map(where);
  for (const place of places) await post("/sandbox/delete", place);
  return true;
}

function openMore(messages, anchor, actions) {
  const [message] = messages;
  const worded = messages.find((one) => one.caption) || message;
  const told = serviceWords(message);
  const payment = message.successful_payment;
  const text = worded.text || worded.caption;
  openMenu(anchor, "Message", [
    !told && quickReactions(message, actions),
    !told && mayWrite() && { words: "Reply", onDo: () => actions.reply(message) },
    text && { words: "Copy text", onDo: () => copy(text) },
    mayWrite() && canEdit(worded) && { words: "Edit", onDo: () => startEditing(worded) },
    !told && !message.has_protected_content && { words: "Forward", onDo: () => pickChat("Forward to", (chat) => actions.forward(messages, chat), (chat) => isTarget(chat)) },
    !told && known.mayPin() && pinning(message, actions),
    payment?.subscription_expiration_date && { words: "Next payment", onDo: () => actions.renew(payment) },
    payment && { words: "Copy the payment's number", onDo: () => copy(payment.telegram_payment_charge_id) },
    mayDelete(message) && { words: "Delete", danger: true, onDo: () => actions.remove(messages) },
  ]);
}

const mayWrite = () => !document.getElementById("composer").hidden;

// A bot's own chat is that of the same bot only: another one could not have the message.
function isTarget(chat) {
  if (chat.type === "channel" && !known.may("can_post_messages", chat)) return false;
  return chat.bot === null || known.store.botNumber === null || chat.bot === known.store.botNumber;
}

function pinning(message, actions) {
  const isPinned = known.store.pins.some((pin) => pin.message_id === message.message_id);
  return isPinned ? { words: "Unpin", onDo: () => actions.unpin(message) } : { words: "Pin", onDo: () => actions.pin(message) };
}

function mayDelete(message) {
  const chat = known.currentChat();
  return chat.bot !== null || (isOwn(message) && chat.type !== "channel") || known.may("can_delete_messages");
}
