// Who we are and which chat we see: faces to become somebody, and chats with their newest message and unread marks.

import { avatar, byId, element } from "./elements.js";
import { briefWords } from "./service.js";
import { button, openSheet } from "./sheet.js";
import * as known from "./store.js";

const { store, botOf } = known;
const MOST_FACES = 8;
const MANY_CHATS = 8;
let on = {};

// given: person(person), chat(chat)
export function startSidebar(given) {
  on = given;
  byId("find-chat").addEventListener("input", drawChats);
}

export function drawSidebar() {
  const shown = store.people.slice(0, MOST_FACES);
  const mine = known.person();
  if (!shown.includes(mine)) shown.splice(-1, 1, mine);
  const faces = shown.map(face);
  if (store.people.length > shown.length) faces.push(everybody());
  swap(byId("people"), faces);
  drawChats();
}

function face(one) {
  const chosen = one.id === store.personId;
  const waiting = chosen ? 0 : known.unreadOf(one.id);
  const about = [one.username && `@${one.username}`, one.language].filter(Boolean).join(" · ") || "no username";
  const name = element("span", { className: "face-name" }, one.first_name || one.name);
  const made = element("button", { type: "button", className: "face", title: one.name }, avatar(one.name, one.id, false), name, ...badge(waiting));
  tell(made, `person-${one.id}`, about, waiting, chosen);
  made.addEventListener("click", () => on.person(one));
  return element("li", {}, made);
}

function everybody() {
  const made = button("…", () => openPeople(), "face");
  made.dataset.key = "everybody";
  made.setAttribute("aria-label", "All people");
  made.prepend(element("span", { className: "avatar" }, String(store.people.length)));
  return element("li", {}, made);
}

function openPeople() {
  openSheet("You are", (body, sheet) => {
    const list = element("ul", {});
    const search = element("input", { type: "search", placeholder: "Find somebody" });
    search.setAttribute("aria-label", "Find somebody");
    const draw = () => {
      const wanted = search.value.toLowerCase();
      const found = store.people.filter((one) => `${one.name} @${one.username}`.toLowerCase().includes(wanted)).slice(0, 100);
      list.replaceChildren(...found.map((one) => element("li", {}, button(one.name, () => (sheet.close(), on.person(one)), "entry"))));
    };
    search.addEventListener("input", draw);
    body.append(search, list);
    draw();
  });
}

function drawChats() {
  const all = known.chatsOf(store.personId);
  const current = known.currentChat();
  if (!all.includes(current)) all.unshift(current); // one that we only look at
  byId("find-chat").hidden = all.length <= MANY_CHATS;
  const wanted = byId("find-chat").hidden ? "" : byId("find-chat").value.trim().toLowerCase();
  const found = all.filter((chat) => `${chat.title} @${chat.username || botOf(chat.bot)?.username}`.toLowerCase().includes(wanted));
  byId("no-chat").hidden = found.length > 0;
  swap(byId("chats"), found.map(chatEntry));
}

// The whole entry is pressed, but it is called by its title only, without the newest message.
function chatEntry(chat) {
  const bot = botOf(chat.bot);
  const chosen = known.isHere(chat);
  const waiting = known.unread(store.personId, chat);
  const about = chat.last ? briefWords(chat.last, chat) : bot ? `@${bot.username}` : "Nobody has written here yet";
  const open = element("button", { type: "button" }, chat.title);
  tell(open, `chat-${chat.bot}-${chat.chat}`, about, waiting, chosen);
  open.addEventListener("click", () => on.chat(chat));
  const name = element("span", { className: "entry-name" }, open, time(chat.last));
  const line = element("span", { className: "entry-line" }, element("span", { className: "entry-about" }, about), ...badge(waiting));
  const words = element("span", { className: "entry-words" }, name, line);
  return element("li", { className: "entry", title: chat.title }, avatar(chat.title, bot ? bot.user_id : chat.chat, Boolean(bot)), words);
}

function time(last) {
  if (!last) return "";
  const date = new Date(last.date * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  const format = isToday ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
  return element("time", { dateTime: date.toISOString() }, date.toLocaleString([], format));
}

function tell(made, key, about, waiting, chosen) {
  made.dataset.key = key;
  made.setAttribute("aria-description", waiting ? `${about}, ${waiting} unread` : about);
  made.setAttribute("aria-pressed", String(chosen));
}

function badge(waiting) {
  if (!waiting) return [];
  const made = element("span", { className: "badge" }, waiting > 99 ? "99+" : String(waiting));
  made.setAttribute("aria-hidden", "true"); // it is in the description
  return [made];
}

// Keeps the focus where it was although the buttons are new and may stand elsewhere.
function swap(list, entries) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...entries);
  if (focused) list.querySelector(`[data-key="${focused}"]`)?.focus();
}
