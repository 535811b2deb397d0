// One message as an <article>: sender, quote, file, text, time, inline buttons and the reply action.

import { contentText } from "./contents.js";
import { doing, element, outsideLink } from "./elements.js";
import { formatted } from "./entities.js";
import { mediaElement, summary } from "./media.js";
import { store } from "./store.js";

// In a channel nobody has written a message but the channel.
const senderOf = (message) => message.from || { is_bot: true, id: message.sender_chat.id, first_name: message.sender_chat.title };

export function senderName(message) {
  const from = senderOf(message);
  return [from.first_name, from.last_name].filter(Boolean).join(" ") || "No name";
}

export const isFromBot = (message) => senderOf(message).is_bot;
export const isOwn = (message) => !isFromBot(message) && message.from.id === store.personId;

// actions: reply(message), press(message, button, element), say(text), show(messageId)
export function messageElement(message, actions) {
  const made = element("article", { className: `message ${isOwn(message) ? "own" : "theirs"}` });
  made.dataset.id = message.message_id;
  made.dataset.from = `${isFromBot(message) ? "bot" : "person"} ${senderOf(message).id}`;
  const bubble = element("div", { className: "bubble" });
  bubble.append(element("p", { className: "sender" }, isOwn(message) ? "You" : senderName(message)));
  if (message.topic) bubble.append(element("p", { className: "topic" }, message.topic));
  if (message.reply_to_message && !message.reply_to_message.forum_topic_created) bubble.append(quote(message.reply_to_message, actions));
  if (message.forward_origin) bubble.append(element("p", { className: "origin" }, `Forwarded from ${originName(message.forward_origin)}`));
  const shown = mediaElement(message);
  if (shown) bubble.append(shown);
  const text = message.text || message.caption || contentText(message);
  const words = element("span", { className: "words" }, formatted(text, message.entities || message.caption_entities, actions.say));
  // The time stands within the text, so that a short message stays on one line.
  bubble.append(element("div", { className: "text", dir: "auto" }, words, meta(message)));
  made.append(bubble, replyButton(message, actions));
  if (message.reply_markup) made.append(keyboard(message, actions));
  return made;
}

function originName(origin) {
  return origin.type === "channel" ? origin.chat.title : senderName({ from: origin.sender_user });
}

function quote(original, actions) {
  const words = [element("strong", {}, senderName(original)), element("span", {}, original.text || original.caption || summary(original) || contentText(original) || "Message")];
  return doing("quote", () => actions.show(original.message_id), ...words);
}

function meta(message) {
  const date = new Date(message.date * 1000);
  const time = element("time", { dateTime: date.toISOString(), title: date.toLocaleString() });
  time.append(date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const made = element("span", { className: "meta" });
  if (message.reactions) made.append(element("span", { className: "reactions" }, `${message.reactions.join(" ")} `));
  if (message.edit_date) made.append(element("span", { className: "edited" }, "edited "));
  made.append(time);
  return made;
}

function replyButton(message, actions) {
  const made = element("button", { type: "button", className: "reply", title: "Reply" }, "↩");
  made.setAttribute("aria-label", "Reply");
  made.addEventListener("click", () => actions.reply(message));
  return made;
}

function keyboard(message, actions) {
  const made = element("div", { className: "keyboard" });
  for (const row of message.reply_markup.inline_keyboard) {
    made.append(element("div", { className: "keyboard-row" }, ...row.map((button) => inlineButton(message, button, actions))));
  }
  return made;
}

function inlineButton(message, button, actions) {
  if (button.url) return outsideLink(button.url, "key", `${button.text} ↗`);
  const made = element("button", { type: "button", className: "key" }, button.text);
  if (button.callback_data === undefined && !button.pay) {
    made.disabled = true;
    made.title = "The sandbox cannot follow this kind of button yet";
  }
  made.addEventListener("click", () => actions.press(message, button, made));
  return made;
}
