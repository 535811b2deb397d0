// The head of the chat, and what stands in the place of the message field where one cannot write.

import { avatar, byId } from "./elements.js";
import * as known from "./store.js";

const { store, botOf } = known;

export function drawHead(actions) {
  const chat = known.currentChat();
  const bot = botOf(chat.bot);
  byId("chat-title").textContent = chat.title;
  byId("chat-subtitle").textContent = subtitle(chat, bot);
  byId("chat-avatar").replaceWith(
    Object.assign(avatar(chat.title, bot ? bot.user_id : chat.chat, Boolean(bot)), { id: "chat-avatar" }),
  );
  byId("new-window").href = known.addressOf(store.personId, chat);
  drawBars(chat, bot, actions);
  document.title = `${chat.title} · ${known.person().name} · Sandbox`;
}

function subtitle(chat, bot) {
  if (bot) return bot.called ? `bot · @${bot.username}` : "bot · has not called yet";
  const people = known.insiders(chat).length;
  if (chat.type === "channel") return `channel · ${people} ${people === 1 ? "subscriber" : "subscribers"}`;
  return `${chat.is_forum ? "forum" : chat.type} · ${people} ${people === 1 ? "person" : "people"}`;
}

function drawBars(chat, bot, actions) {
  const blocked = Boolean(bot && bot.blocked_by.includes(store.personId));
  const bar = blocked ? null : barOf(chat, actions);
  byId("blocked").hidden = !blocked;
  byId("composer").hidden = blocked || Boolean(bar);
  byId("bar").hidden = !bar;
  if (!bar) return;
  byId("bar-text").textContent = bar.words;
  byId("bar-button").hidden = !bar.button;
  byId("bar-button").textContent = bar.button || "";
  byId("bar-button").onclick = bar.onDo;
}

function barOf(chat, { tryToJoin, begin }) {
  if (known.person().deleted) return { words: "This person's account is deleted." };
  if (chat.bot !== null) return store.start && store.messages.size ? { words: `The link begins with “${store.start}”.`, button: "Start", onDo: begin } : null;
  const mine = known.standing(chat, store.personId);
  if (chat.requests.includes(store.personId)) return { words: "You asked to join; an administrator must let you in." };
  if (mine.status === "kicked") return { words: "You are banned from this chat." };
  if (!mine.inside) return { words: "You are not in this chat.", button: "Join", onDo: () => tryToJoin({ chat: chat.chat }) };
  if (chat.type === "channel") return known.may("can_post_messages") ? null : { words: "Only administrators write in this channel." };
  const given = mine.status === "restricted" ? mine.permissions : chat.permissions;
  const isRuler = ["creator", "administrator"].includes(mine.status);
  return isRuler || given.includes("can_send_messages") ? null : { words: "You may not write in this group." };
}
