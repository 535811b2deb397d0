// What happened in a chat, in words; and the few words that stand for a message in a list or a quote.

import { contentText } from "./contents.js";

export const named = (who) => [who.first_name, who.last_name].filter(Boolean).join(" ") || "No name";
export const money = (amount, currency) => (currency === "XTR" ? `${amount} ⭐` : `${(amount / 100).toFixed(2)} ${currency}`);

// The field that tells what happened, and how to say it of whoever did it.
const EVENTS = {
  pinned_message: (one, who) => `${who} pinned “${cut(one.text || one.caption || contentText(one) || "a message")}”`,
  new_chat_members: (people, who, from) => {
    if (people.length === 1 && people[0].id === from?.id) return `${who} joined`;
    return `${who} added ${people.map(named).join(", ")}`;
  },
  left_chat_member: (one, who, from) => (one.id === from?.id ? `${who} left` : `${who} removed ${named(one)}`),
  new_chat_title: (title, who) => `${who} changed the title to “${title}”`,
  new_chat_photo: (_, who) => `${who} changed the photo`,
  delete_chat_photo: (_, who) => `${who} removed the photo`,
  forum_topic_created: (one, who) => `${who} opened the topic “${one.name}”`,
  forum_topic_edited: (one, who) => (one.name ? `${who} renamed the topic to “${one.name}”` : `${who} changed the topic's icon`),
  forum_topic_closed: (_, who) => `${who} closed the topic`,
  forum_topic_reopened: (_, who) => `${who} opened the topic again`,
  general_forum_topic_hidden: (_, who) => `${who} hid the General topic`,
  general_forum_topic_unhidden: (_, who) => `${who} showed the General topic again`,
  migrate_to_chat_id: () => "This group became a supergroup.",
  migrate_from_chat_id: () => "This supergroup was a group before.",
  successful_payment: (one, who) => `${who} paid ${money(one.total_amount, one.currency)}${one.is_recurring ? ", every month" : ""}`,
  refunded_payment: (one, who) => `${money(one.total_amount, one.currency)} came back to ${who}`,
  users_shared: (one, who) => `${who} shared ${one.users.length === 1 ? "a user" : `${one.users.length} users`} with the bot`,
  chat_shared: (one, who) => `${who} shared ${one.title ? `“${one.title}”` : "a chat"} with the bot`,
  web_app_data: (one, who) => `${who} sent data by “${one.button_text}”: ${cut(one.data)}`,
};

const BRIEF = {
  photo: "Photo", video: "Video", animation: "GIF", audio: "Music", voice: "Voice message", video_note: "Video message",
  sticker: "Sticker", document: "File", paid_media: "Paid media", poll: "Poll", location: "Place", venue: "Place",
  contact: "Contact", dice: "Dice", invoice: "Invoice",
  pinned_message: "A message was pinned", new_chat_members: "Somebody came", left_chat_member: "Somebody left",
  new_chat_title: "A new title", new_chat_photo: "A new photo", successful_payment: "Payment", refunded_payment: "Refund",
  forum_topic_created: "A new topic", web_app_data: "Data of a Web App", users_shared: "Users", chat_shared: "A chat",
};

const cut = (words) => (words.length > 60 ? `${words.slice(0, 60)}…` : words);

export function serviceWords(message) {
  const kind = Object.keys(EVENTS).find((one) => message[one] !== undefined);
  if (!kind) return "";
  const who = message.from ? named(message.from) : message.sender_chat.title;
  return EVENTS[kind](message[kind], who, message.from);
}

// A message in the few words of its chat's entry, from what the state tells of it.
export function briefWords(last, chat) {
  const shown = last.text || BRIEF[last.holds.find((one) => BRIEF[one])] || "Something happened";
  return last.from && !last.from.is_bot && chat.bot === null ? `${named(last.from)}: ${shown}` : shown;
}

// The same form of a message that came just now.
export function briefOf(message) {
  return { message_id: message.message_id, date: message.date, from: message.from, text: message.text || message.caption || "", holds: Object.keys(message) };
}

export function shortWords(message) {
  const kind = Object.keys(BRIEF).find((one) => message[one]);
  return message.text || message.caption || serviceWords(message) || contentText(message) || BRIEF[kind] || "Message";
}
