// What the room around the message field does: people and chats, the chat's menu, pins, links that lead to places here.

import { openAbout } from "./about.js";
import { messageActions } from "./actions.js";
import { byId } from "./elements.js";
import { openFounding } from "./founding.js";
import { drawHead } from "./head.js";
import { follow } from "./links.js";
import { show } from "./log.js";
import { openMenu } from "./menu.js";
import { toast } from "./notices.js";
import { payLink } from "./pay.js";
import { startPins } from "./pins.js";
import { post } from "./server.js";
import { startSidebar } from "./sidebar.js";
import * as known from "./store.js";
import { openWebApp } from "./web_app.js";

const { store } = known;

// On a phone one sees the chats or one of them; the browser's Back leads from a chat to the chats.
export function view(which) {
  if (which === "chat" && document.body.dataset.view === "list") history.pushState({ view: "chat" }, "");
  document.body.dataset.view = which;
}

function showList() {
  view("list");
  const { bot, chat } = known.currentChat(); // by its name: the entries may not be drawn anew yet
  byId("chats").querySelector(`[data-key="chat-${bot}-${chat}"]`)?.focus();
}

// Who came to the chat from the list goes back to it; for others the list takes the chat's place.
function back() {
  if (history.state?.view === "chat") return history.back();
  history.replaceState({ view: "list" }, "");
  showList();
}

// The address of the list is the one of the chat that was left; an address that somebody typed shows its chat.
function onHistoryMove({ state }) {
  if (state?.view !== "list") return (document.body.dataset.view = "chat");
  known.pointTo(store.personId, known.currentChat());
  showList();
}

// given: attempt(promise), enter(personId, chat, more, messageId), say(text), membership(what)
export function startRoom({ attempt, enter, say, membership }) {
  const room = {
    ...messageActions(attempt),
    attempt,
    say,
    membership,
    begin: () => begin(room),
    enter: (chat, more, messageId) => enter(store.personId, chat, more, messageId),
    become: (person) => enter(person.id, chatToBecome(person)),
    join: (wish) => join(wish, room),
    tryToJoin: (wish) => attempt(join(wish, room)),
    payLink: (link) => attempt(payLink(link)),
    addBot: (bot, chat, parameter) => addBot(bot, chat, parameter, room),
    nothing: toast,
  };
  startSidebar({ person: room.become, chat: (chat) => room.enter(chat) });
  startPins({ show, unpin: room.unpin });
  listenToHead(room);
  byId("log").addEventListener("click", (event) => followed(event, room));
  byId("log").addEventListener("mention", (event) => follow(`https://t.me/${event.detail.slice(1)}`, room));
  return room;
}

// What the Start button sends; the word of the link that led here is used once.
function begin(room) {
  const { start } = store;
  known.choose(store.personId, known.currentChat());
  drawHead(room);
  return room.say(`/start ${start}`.trim());
}

// Of somebody who was made just now nothing is known yet, but that every bot has a chat with them.
function chatToBecome(person) {
  const isKnown = store.people.some((one) => one.id === person.id);
  return isKnown ? known.sameChatOf(person.id) : { chat: person.id, bot: store.botNumber ?? store.bots[0].bot };
}

function listenToHead(room) {
  const menuButton = byId("menu-button");
  byId("more-chats").addEventListener("click", (event) => openFounding(event.currentTarget, room));
  byId("back").addEventListener("click", back);
  addEventListener("popstate", onHistoryMove);
  document.querySelector(".skip").addEventListener("click", (event) => (event.preventDefault(), byId("text").focus())); // the address is the chat's
  byId("about").addEventListener("click", () => room.attempt(openAbout(room)));
  byId("chat-menu").addEventListener("click", (event) => openChatMenu(event.currentTarget, room));
  menuButton.addEventListener("click", () => openWebApp({ url: store.menuButton.web_app.url, words: store.menuButton.text }));
}

// The button that a bot has beside the message field: its page; its commands are the slash.
export function drawMenuButton() {
  const isPage = store.menuButton?.type === "web_app";
  byId("menu-button").hidden = !isPage;
  byId("menu-button").textContent = isPage ? store.menuButton.text : "";
}

function openChatMenu(anchor, room) {
  const chat = known.currentChat();
  const isBot = chat.bot !== null;
  const isBlocked = isBot && known.botOf(chat.bot).blocked_by.includes(store.personId);
  const inside = known.isInside(chat, store.personId);
  openMenu(anchor, "Chat", [
    { words: "About", onDo: () => byId("about").click() },
    { words: "Open in a new window", onDo: () => byId("new-window").click() },
    isBot && !isBlocked && { words: "Restart: /start", onDo: () => room.say("/start") },
    isBot && !isBlocked && { words: "Block bot", danger: true, onDo: () => room.membership("block") },
    isBlocked && { words: "Unblock", onDo: () => room.membership("unblock") },
    !isBot && !inside && { words: "Join", onDo: () => room.attempt(room.join({ chat: chat.chat })) },
    !isBot && inside && { words: "Leave", danger: true, onDo: () => room.attempt(post("/sandbox/leave", { person: store.personId, chat: chat.chat })) },
  ]);
}

async function join(wish, room) {
  const { joined, chat } = await post("/sandbox/join", { person: store.personId, ...wish });
  if (joined) return room.enter({ chat, bot: null });
  toast("You asked to join. An administrator must let you in.");
}

// As a link with ?startgroup= does: the bot comes in, and reads the parameter.
async function addBot(bot, chat, parameter, room) {
  const added = await room.attempt(post("/sandbox/member", { person: store.personId, chat: chat.chat, bot: bot.bot, do: "add" }));
  if (!added) return;
  await room.enter(chat);
  if (parameter) await room.say(`/start@${bot.username} ${parameter}`);
}

function followed(event, room) {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey) return;
  if (follow(link.href, room)) event.preventDefault();
}
