// What a chat is: the sheet with its photo, description, members, ways in, and what one may change; or who a bot is.

import { avatar, element } from "./elements.js";
import { copy } from "./buttons.js";
import { bring, memberList, outsiders, waitingList } from "./members.js";
import { get, post } from "./server.js";
import { button, choice, field, form, input, openSheet } from "./sheet.js";
import * as known from "./store.js";

const { store } = known;
let open = null; // the sheet that is shown
let members = [];

// actions: attempt(promise), become(person), say(text)
export async function openAbout(actions) {
  const chat = known.currentChat();
  members = [];
  open = openSheet("About", (body) => draw(body, actions), () => (open = null));
  if (chat.bot === null) await refreshAbout();
}

// Draws it anew after something has happened.
export async function refreshAbout() {
  const chat = known.currentChat();
  if (!open || !chat) return;
  if (chat.bot === null) members = (await get(`/sandbox/chats/${chat.chat}/members`)).members;
  if (open && !open.body.querySelector("input:focus, textarea:focus, select:focus")) open.redraw();
}

function draw(body, actions) {
  const chat = known.currentChat();
  const bot = known.botOf(chat.bot);
  body.append(faceOf(chat, bot), ...(bot ? botParts(bot, actions) : groupParts(chat, actions)));
}

function faceOf(chat, bot) {
  const photo = chat.photo && element("img", { className: "avatar", src: `/sandbox/files/${encodeURIComponent(chat.photo)}`, alt: `Photo of ${chat.title}` });
  const name = bot?.username || chat.username;
  const kind = bot ? "bot" : `${chat.is_forum ? "forum, " : ""}${chat.type}`;
  const words = element("div", {}, element("h3", {}, chat.title), element("p", { className: "soft" }, [kind, name && `@${name}`, `id ${chat.chat}`].filter(Boolean).join(" · ")));
  const made = element("div", { className: "face-of" }, photo || avatar(chat.title, bot ? bot.user_id : chat.chat, Boolean(bot)), words);
  const about = bot ? bot.about || bot.description : chat.description;
  return about ? element("div", {}, made, element("p", { className: "description" }, about)) : made;
}

function botParts(bot, { attempt, say }) {
  const start = form("Start", async (values) => (await say(`/start ${values.start}`.trim()), open?.close()),
    field("Start with a parameter", input("start", { value: store.start, maxLength: 64, pattern: "[A-Za-z0-9_\\-]*" }), `As a link https://t.me/${bot.username}?start=… does`));
  const toggle = (name, box) => attempt(post("/sandbox/bot", { bot: bot.bot, [name]: box.checked }));
  const boxes = Object.entries(bot.abilities).map(([name, on]) => {
    const box = element("input", { type: "checkbox", checked: on });
    box.dataset.key = name;
    box.addEventListener("change", () => toggle(name, box));
    return field(name.replaceAll("_", " "), box);
  });
  return [start, more("What BotFather lets it do", ...boxes)];
}

function groupParts(chat, actions) {
  const parts = [];
  const invites = known.may("can_invite_users", chat);
  if (invites && chat.requests.length) parts.push(element("h3", {}, "Requests to join"), waitingList(chat, actions.attempt));
  parts.push(element("h3", {}, "Members"), memberList(members, chat, actions));
  const others = outsiders(chat);
  if (invites && others.length) parts.push(form("Add", (values) => bring(values.who), field("Add somebody", choice("who", others))));
  if (invites) parts.push(more(`Invite links (${openLinks(chat).length})`, ...links(chat, actions)));
  if (known.may("can_change_info", chat)) parts.push(more("Change the title and more", changeForm(chat)));
  if (known.standing(chat, store.personId).status === "creator") parts.push(more("For the owner", ...ownerDeeds(chat, actions)));
  return parts;
}

function more(words, ...content) {
  const summary = element("summary", {}, words);
  summary.dataset.key = words.split(" (")[0];
  const made = element("details", { className: "more-of", open: opened.has(summary.dataset.key) }, summary, ...content);
  made.addEventListener("toggle", () => (made.open ? opened.add(summary.dataset.key) : opened.delete(summary.dataset.key)));
  return made;
}

const opened = new Set(); // what stays open when it is drawn anew

const openLinks = (chat) => chat.links.filter((link) => !link.is_revoked);

function links(chat, { attempt }) {
  const rows = openLinks(chat).map((link) => {
    const about = [link.name, link.creates_join_request && "on request", link.creator.first_name].filter(Boolean).join(" · ");
    const words = element("span", { className: "entry-words" }, element("span", { className: "entry-name wrap" }, link.invite_link), element("span", { className: "entry-about" }, about));
    const revoke = button("Revoke", () => attempt(post("/sandbox/link", { person: store.personId, chat: chat.chat, revoke: link.invite_link })));
    return element("li", { className: "row" }, words, button("Copy", () => copy(link.invite_link)), revoke);
  });
  const make = form("New link", (values) => post("/sandbox/link", { person: store.personId, chat: chat.chat, ...values }),
    field("Name, if any", input("name", { maxLength: 32 })), field("Whoever follows it must be let in", input("join_by_request", { type: "checkbox" })));
  return [element("ul", { className: "list" }, ...rows), make];
}

function changeForm(chat) {
  const isOwner = known.standing(chat, store.personId).status === "creator";
  const username = field("Public name", input("username", { value: chat.username, placeholder: "none", maxLength: 32 }), "Whoever knows it can join");
  const hasName = isOwner && chat.type !== "group";
  return form("Change", (values) => post("/sandbox/furnish", { person: store.personId, chat: chat.chat, ...values }),
    field("Title", input("title", { value: chat.title, required: true, maxLength: 128 })),
    field("Description", element("textarea", { name: "description", rows: 2, maxLength: 255, value: chat.description })),
    ...(hasName ? [username] : []),
    field("Who joins must be let in", input("join_by_request", { type: "checkbox", checked: chat.join_by_request })));
}

function ownerDeeds(chat, { attempt }) {
  const wish = { person: store.personId, chat: chat.chat };
  const upgrade = button("Make it a supergroup", () => attempt(post("/sandbox/migrate", wish)));
  const forum = button(chat.is_forum ? "Have no topics" : "Have topics", () => attempt(post("/sandbox/forum", { ...wish, on: !chat.is_forum })));
  const end = button("Delete for everybody", async () => (await attempt(post("/sandbox/delete_group", wish))) && open?.close(), "quiet danger");
  return [element("div", { className: "deeds" }, ...(chat.type === "group" ? [upgrade] : []), ...(chat.type === "supergroup" ? [forum] : []), end)];
}
