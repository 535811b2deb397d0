// The buttons under a message: what a client does with each kind of them.

import { byId, element, openOutside, outsideLink } from "./elements.js";
import { icon } from "./icons.js";
import { toast } from "./notices.js";
import { pickChat } from "./picker.js";
import { post } from "./server.js";
import { button as sheetButton, openSheet } from "./sheet.js";
import { botOf, place, store } from "./store.js";
import { openWebApp } from "./web_app.js";

// The field of a button that says what it does: a sign in its corner, and what a press is.
const KINDS = {
  web_app: ["app", (message, one) => openWebApp({ url: one.web_app.url, words: one.text })],
  copy_text: ["copy", (message, one) => copy(one.copy_text.text)],
  login_url: ["out", (message, one) => logIn(message, one)],
  switch_inline_query_current_chat: ["share", (message, one, actions) => typeBehind(message, one.switch_inline_query_current_chat, actions)],
  switch_inline_query: ["share", (message, one, actions) => elsewhere(message, one.switch_inline_query, () => true, actions)],
  switch_inline_query_chosen_chat: ["share", (message, one, actions) => chosenChat(message, one.switch_inline_query_chosen_chat, actions)],
  callback_game: ["", () => toast("Games are not in the sandbox: nothing was sent.")],
};

export function inlineButton(message, button, actions) {
  if (button.url) return outsideLink(button.url, "key", button.text, sign("out"));
  const kind = Object.keys(KINDS).find((one) => button[one] !== undefined);
  const [mark, onPress] = KINDS[kind] || ["", (...given) => actions.press(...given)];
  const made = element("button", { type: "button", className: "key" }, button.text);
  if (mark) made.append(sign(mark));
  made.addEventListener("click", () => (kind ? onPress(message, button, actions) : actions.press(message, button, made)));
  return made;
}

function sign(mark) {
  return element("span", { className: "key-sign" }, icon(mark));
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    openSheet("Copy this", (body) => body.append(element("p", { className: "address" }, text)));
  }
}

// The bot behind whose name somebody types: the one that wrote the message, or by whom it was written.
function nameOf(message) {
  const writer = message.via_bot || message.from || {};
  return writer.username || botOf(store.botNumber)?.username || store.bots[0].username;
}

// The message field asks the bot, for it listens to what is put in.
function typeBehind(message, query, actions, chat) {
  if (chat) actions.enter(chat);
  const field = byId("text");
  field.textContent = `@${nameOf(message)} ${query}`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function elsewhere(message, query, fits, actions) {
  pickChat("Choose a chat", (chat) => typeBehind(message, query, actions, chat), fits);
}

function chosenChat(message, wish, actions) {
  const wanted = { private: wish.allow_bot_chats || wish.allow_user_chats, group: wish.allow_group_chats, supergroup: wish.allow_group_chats, channel: wish.allow_channel_chats };
  elsewhere(message, wish.query || "", (chat) => Boolean(wanted[chat.type]), actions);
}

// Where one is led is told, for the address says who one is.
function logIn(message, { text, login_url: wish }) {
  const bot = message.from?.first_name || "the bot";
  openSheet("Log in", (body, sheet) => {
    body.append(element("p", {}, `“${text}” opens this page and tells it who you are, signed by ${bot}.`), element("p", { className: "address" }, wish.url));
    const problem = element("p", { className: "problem", hidden: true });
    const open = async () => {
      try {
        const { url } = await post("/sandbox/login", { ...place(), message: message.message_id, url: wish.url });
        openOutside(url);
        sheet.close();
      } catch (error) {
        Object.assign(problem, { textContent: error.message, hidden: false });
      }
    };
    body.append(problem, sheetButton("Log in", open, "primary"));
  });
}
