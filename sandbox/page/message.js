// One message, or an album, as an <article>: sender, quote, file, text, poll, time, reactions, buttons and actions.

import { inlineButton } from "./buttons.js";
import { contentElement } from "./contents.js";
import { doing, element } from "./elements.js";
import { formatted } from "./entities.js";
import { albumElement, mediaElement } from "./media.js";
import { pollElement } from "./poll.js";
import { reactionRow } from "./reactions.js";
import { named, serviceWords, shortWords } from "./service.js";
import { store } from "./store.js";

// In a channel nobody has written a message but the channel.
const senderOf = (message) => message.from || { is_bot: true, id: message.sender_chat.id, first_name: message.sender_chat.title };

export const senderName = (message) => named(senderOf(message));
export const isFromBot = (message) => senderOf(message).is_bot;
export const isOwn = (message) => !isFromBot(message) && message.from.id === store.personId;

// actions: reply(message), press(message, button, element), say(text), show(messageId), more(messages, element), react(message, emoji)
export function messageElement(messages, actions) {
  const [first] = messages;
  const told = serviceWords(first);
  const made = told ? serviceElement(first, told, actions) : bubbleElement(messages, actions);
  made.dataset.from = told ? `service ${first.message_id}` : `${isFromBot(first) ? "bot" : "person"} ${senderOf(first).id}`;
  return made;
}

function serviceElement(message, told, actions) {
  const made = element("article", { className: "service" });
  const leads = leadsTo(message, actions);
  const words = leads ? doing("told", leads, told) : element("span", { className: "told" }, told);
  words.title = new Date(message.date * 1000).toLocaleString();
  made.append(words);
  if (message.successful_payment || message.refunded_payment || message.web_app_data) made.append(moreButton([message], actions));
  return made;
}

// What a press on it does: a pin leads to its message, and a topic is written in by answering what began it.
function leadsTo(message, actions) {
  if (message.pinned_message) return () => actions.show(message.pinned_message.message_id);
  return message.forum_topic_created && (() => actions.reply(message));
}

function bubbleElement(messages, actions) {
  const [message] = messages;
  const captioned = messages.find((one) => one.caption) || message;
  const made = element("article", { className: `message ${isOwn(message) ? "own" : "theirs"}` });
  const bubble = element("div", { className: "bubble" }, ...headOf(message, actions));
  const shown = messages.length > 1 ? albumElement(messages) : mediaElement(message);
  const text = textElement(captioned, messages, actions);
  bubble.append(...(captioned.show_caption_above_media ? [text, shown] : [shown, text]).filter(Boolean));
  const bare = shown && ["sticker", "video_note"].some((kind) => message[kind]);
  if (bare) bubble.classList.add("bare");
  made.append(bubble, acts(messages, actions));
  if (message.reply_markup) made.append(keyboard(message, actions));
  bubble.addEventListener("contextmenu", (event) => openMore(event, made, messages, actions));
  return made;
}

function headOf(message, actions) {
  const via = message.via_bot ? ` via @${message.via_bot.username}` : "";
  const parts = [element("p", { className: "sender" }, isOwn(message) ? "You" : senderName(message))];
  if (via) parts.push(element("p", { className: "via" }, via));
  if (message.topic) parts.push(element("p", { className: "topic" }, message.topic));
  if (message.forward_origin) parts.push(element("p", { className: "origin" }, `Forwarded from ${originName(message.forward_origin)}`));
  const original = message.reply_to_message;
  if (original && !original.forum_topic_created) parts.push(quote(original, message.quote, () => actions.show(original.message_id)));
  if (message.external_reply) parts.push(externalQuote(message));
  return parts;
}

function originName(origin) {
  if (origin.type === "channel") return origin.chat.title;
  return origin.sender_user ? named(origin.sender_user) : origin.sender_user_name || origin.sender_chat?.title;
}

function quote(original, part, onOpen) {
  return doing("quote", onOpen, element("strong", {}, senderName(original)), element("span", {}, part ? `“${part.text}”` : shortWords(original)));
}

function externalQuote(message) {
  const words = message.quote ? `“${message.quote.text}”` : shortWords(message.external_reply);
  return element("div", { className: "quote" }, element("strong", {}, `${originName(message.external_reply.origin)} ↗`), element("span", {}, words));
}

// The time stands within the text, so that a short message stays on one line.
function textElement(message, messages, actions) {
  const made = element("div", { className: "text", dir: "auto" });
  const special = message.poll ? pollElement(message, actions) : contentElement(message);
  const text = message.text || message.caption || "";
  if (text) made.append(element("span", { className: "words" }, formatted(text, message.entities || message.caption_entities, actions.say)));
  if (special) made.append(special);
  const reactions = reactionRow(messages[0], actions);
  if (reactions) made.append(reactions);
  made.append(meta(messages.findLast((one) => one.edit_date) || messages[0]));
  return made;
}

function meta(message) {
  const date = new Date(message.date * 1000);
  const time = element("time", { dateTime: date.toISOString(), title: date.toLocaleString() });
  time.append(date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const made = element("span", { className: "meta" });
  if (store.pins.some((pin) => pin.message_id === message.message_id)) made.append(mark("📌", "Pinned"));
  if (message.silent) made.append(mark("🔕", "Without a sound"));
  if (message.has_protected_content) made.append(mark("🔒", "Cannot be forwarded"));
  if (message.edit_date) made.append(element("span", { className: "edited", title: new Date(message.edit_date * 1000).toLocaleString() }, "edited "));
  made.append(time);
  return made;
}

function mark(sign, words) {
  const made = element("span", { className: "mark", title: words }, sign);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", words);
  return made;
}

function acts(messages, actions) {
  const reply = element("button", { type: "button", className: "reply", title: "Reply" }, "↩");
  reply.setAttribute("aria-label", "Reply");
  reply.addEventListener("click", () => actions.reply(messages[0]));
  return element("div", { className: "acts" }, reply, moreButton(messages, actions));
}

function moreButton(messages, actions) {
  const made = element("button", { type: "button", className: "more", title: "More" }, "⋯");
  made.dataset.key = "more";
  made.setAttribute("aria-label", "More");
  made.setAttribute("aria-haspopup", "menu");
  made.addEventListener("click", () => actions.more(messages, made));
  return made;
}

// The right button opens the menu, but on text that is marked, links and files it is the browser's own.
function openMore(event, made, messages, actions) {
  if (!getSelection().isCollapsed || event.target.closest("a, video, audio")) return;
  event.preventDefault();
  actions.more(messages, made.querySelector(".more"));
}

function keyboard(message, actions) {
  const made = element("div", { className: "keyboard" });
  for (const row of message.reply_markup.inline_keyboard) {
    made.append(element("div", { className: "keyboard-row" }, ...row.map((button) => inlineButton(message, button, actions))));
  }
  return made;
}
