// Who we are and which chat we see: two lists of buttons with unread marks, and the head of the chat.

import { avatar, byId, element } from "./elements.js";
import { botOf, chatsOf, currentChat, isHere, store, unread } from "./store.js";

export function drawSidebar(onPerson, onChat) {
  const people = store.people.map((one) => {
    const about = [one.username && `@${one.username}`, one.language].filter(Boolean).join(" · ") || "no username";
    const waiting = chatsOf(one.id).reduce((sum, chat) => sum + unread(one.id, chat), 0);
    const chosen = one.id === store.personId;
    return entry(one.name, about, avatar(one.name, one.id, false), chosen ? 0 : waiting, chosen, () => onPerson(one));
  });
  const chats = chatsOf(store.personId).map((chat) => {
    const bot = botOf(chat.bot);
    const about = bot ? `@${bot.username}` : `${store.people.length} people`;
    const waiting = isHere(chat) ? 0 : unread(store.personId, chat);
    const number = bot ? bot.user_id : chat.chat;
    return entry(chat.title, about, avatar(chat.title, number, Boolean(bot)), waiting, isHere(chat), () => onChat(chat));
  });
  swap(byId("people"), people);
  swap(byId("chats"), chats);
}

// Keeps the focus where it was although the buttons are new.
function swap(list, entries) {
  const focused = [...list.querySelectorAll("button")].indexOf(document.activeElement);
  list.replaceChildren(...entries);
  if (focused >= 0) list.querySelectorAll("button")[focused]?.focus();
}

function entry(name, about, picture, waiting, chosen, onClick) {
  const words = element("span", { className: "entry-words" });
  words.append(element("span", { className: "entry-name" }, name), element("span", { className: "entry-about" }, about));
  const made = element("button", { type: "button", className: "entry" }, picture, words);
  made.setAttribute("aria-label", name);
  made.setAttribute("aria-description", waiting ? `${about}, ${waiting} unread` : about);
  made.setAttribute("aria-pressed", String(chosen));
  if (waiting) made.append(element("span", { className: "badge" }, waiting > 99 ? "99+" : String(waiting)));
  made.addEventListener("click", onClick);
  return element("li", {}, made);
}

export function drawHead() {
  const chat = currentChat();
  const bot = botOf(chat.bot);
  byId("chat-title").textContent = chat.title;
  byId("chat-subtitle").textContent = subtitle(bot);
  byId("chat-avatar").replaceWith(
    Object.assign(avatar(chat.title, bot ? bot.user_id : chat.chat, Boolean(bot)), { id: "chat-avatar" }),
  );
  const blocked = Boolean(bot && bot.blocked_by.includes(store.personId));
  byId("block").hidden = !bot || blocked;
  byId("blocked").hidden = !blocked;
  byId("composer").hidden = blocked;
  document.title = `${chat.title} · Sandbox`;
}

function subtitle(bot) {
  if (!bot) return store.people.map((one) => one.name).concat(store.bots.map((one) => one.name)).join(", ");
  return bot.called ? `bot · @${bot.username}` : "bot · has not called yet";
}
