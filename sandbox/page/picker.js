// Chooses one of our chats: to forward to, or to type in.

import { avatar, element } from "./elements.js";
import { openSheet } from "./sheet.js";
import { botOf, chatsOf, store } from "./store.js";

export function pickChat(title, onChat, fits = () => true) {
  openSheet(title, (body, sheet) => {
    const found = chatsOf(store.personId).filter(fits);
    const list = element("ul", { className: "list" }, ...found.map((chat) => entry(chat, () => (sheet.close(), onChat(chat)))));
    body.append(found.length ? list : element("p", { className: "soft" }, "You have no such chat."));
  });
}

function entry(chat, onClick) {
  const bot = botOf(chat.bot);
  const words = element("span", { className: "entry-words" }, element("span", { className: "entry-name" }, chat.title), element("span", { className: "entry-about" }, bot ? `@${bot.username}` : chat.type));
  const made = element("button", { type: "button", className: "entry" }, avatar(chat.title, bot ? bot.user_id : chat.chat, Boolean(bot)), words);
  made.addEventListener("click", onClick);
  return element("li", {}, made);
}
