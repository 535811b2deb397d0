// Reactions to a message: those that were given, as buttons, and a small picker.

import { byId, element } from "./elements.js";
import { closeMenu } from "./menu.js";
import { openSheet } from "./sheet.js";
import { accountOf, store } from "./store.js";

// Bot API, ReactionTypeEmoji
const EMOJI = (
  "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 " +
  "😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"
).split(" ");
const QUICK = 6;

export const mine = (message) => message.reacted?.[store.personId] || "";

export function reactionRow(message, actions) {
  if (!message.reactions) return null;
  const counts = new Map();
  message.reactions.forEach((emoji) => counts.set(emoji, (counts.get(emoji) || 0) + 1));
  const chips = [...counts].map(([emoji, count]) => chip(message, emoji, count, actions));
  return element("span", { className: "reactions" }, ...chips);
}

function chip(message, emoji, count, actions) {
  const isMine = mine(message) === emoji;
  const made = element("button", { type: "button", className: "reaction" }, element("span", {}, emoji), String(count));
  const who = Object.entries(message.reacted).filter(([, given]) => given === emoji).map(([id]) => accountOf(Number(id))?.name);
  made.title = who.filter(Boolean).join(", ");
  made.dataset.key = `reaction-${emoji}`;
  made.setAttribute("aria-label", `${emoji} ${count}`);
  made.setAttribute("aria-pressed", String(isMine));
  made.addEventListener("click", () => actions.react(message, isMine ? "" : emoji));
  return made;
}

// The row at the top of a message's menu.
export function quickReactions(message, actions) {
  const made = element("div", { className: "quick" });
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", "React");
  const give = (emoji) => (closeMenu(), actions.react(message, mine(message) === emoji ? "" : emoji));
  made.append(...EMOJI.slice(0, QUICK).map((emoji) => emojiButton(message, emoji, give, "menuitemradio")));
  const all = element("button", { type: "button" }, "…");
  all.setAttribute("role", "menuitem");
  all.setAttribute("aria-label", "All reactions");
  all.addEventListener("click", () => (closeMenu(), openPicker(message, actions)));
  made.append(all);
  return made;
}

function openPicker(message, actions) {
  openSheet("React", (body, sheet) => {
    const give = (emoji) => (sheet.close(), actions.react(message, mine(message) === emoji ? "" : emoji), byId("log").focus());
    body.append(element("div", { className: "all-emoji" }, ...EMOJI.map((emoji) => emojiButton(message, emoji, give))));
  });
}

function emojiButton(message, emoji, give, role = "") {
  const made = element("button", { type: "button", className: "emoji" }, emoji);
  if (role) made.setAttribute("role", role);
  made.setAttribute(role ? "aria-checked" : "aria-pressed", String(mine(message) === emoji));
  made.setAttribute("aria-label", `React with ${emoji}`);
  made.addEventListener("click", () => give(emoji));
  return made;
}
