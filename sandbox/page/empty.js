// What an empty chat says: who the bot is, what it says of itself, and how to begin.

import { avatar, element } from "./elements.js";
import { botOf, store } from "./store.js";

export function emptyState(actions) {
  const bot = botOf(store.botNumber);
  const made = element("div", { className: "empty" });
  if (!bot) {
    made.append(element("h2", {}, "Nobody has written here yet"));
    made.append(element("p", {}, "Who is in this chat reads what is said here, the bots among them, too."));
    return made;
  }
  made.append(avatar(bot.name, bot.user_id, true), element("h2", {}, bot.description ? "What can this bot do?" : `This is ${bot.name}`));
  if (bot.description) made.append(element("p", { className: "description" }, bot.description));
  if (!bot.called) {
    made.append(element("p", {}, "No bot has called yet. Start yours with this address; what you write now waits for it."));
    made.append(element("code", { className: "address" }, `TELEGRAM_API_URL=${location.origin}`));
  }
  made.append(element("p", {}, store.start ? `The link that led here begins with “${store.start}”.` : "Press Start or type /start to begin."));
  const start = element("button", { type: "button", className: "primary wide" }, "Start");
  start.addEventListener("click", async () => {
    start.disabled = true; // a double click is one
    await actions.begin();
    start.disabled = false;
  });
  made.append(start);
  return made;
}
