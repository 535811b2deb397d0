// Who is in a chat and as what, with what one may do to them; who waits to come in, and who could be added.

import { avatar, element } from "./elements.js";
import { openMenu } from "./menu.js";
import { ALL_PERMISSIONS, inWords, openBan, openPromotion, openRestriction } from "./rights.js";
import { post } from "./server.js";
import { named } from "./service.js";
import { button } from "./sheet.js";
import { insiders, may, place, store } from "./store.js";

const ROLES = { creator: "owner", administrator: "administrator", restricted: "restricted", kicked: "banned", left: "not in it" };
const ORDER = ["creator", "administrator", "member", "restricted", "kicked", "left"];

// attempt(promise) says what went wrong; become(person) lets us be somebody else.
export function memberList(members, chat, actions) {
  const sorted = [...members].filter((one) => one.status !== "left").sort((one, other) => ORDER.indexOf(one.status) - ORDER.indexOf(other.status));
  return element("ul", { className: "list" }, ...sorted.map((one) => row(one, chat, actions)));
}

function row(member, chat, actions) {
  const { user } = member;
  const isOut = member.status === "restricted" && !member.is_member;
  const role = member.custom_title || (isOut ? "restricted, not in it" : ROLES[member.status]) || "";
  const name = element("span", { className: "entry-name" }, element("span", {}, named(user)), role && element("span", { className: `role ${member.status}` }, role));
  const about = [user.is_bot ? "bot" : "", user.username && `@${user.username}`, inWords(member, chat)].filter(Boolean).join(" · ");
  const words = element("span", { className: "entry-words" }, name, element("span", { className: "entry-about wrap" }, about || "no username"));
  const made = element("li", { className: "row" }, avatar(named(user), user.id, user.is_bot), words);
  const items = deeds(member, chat, actions).filter(Boolean);
  if (items.length) made.append(moreButton(named(user), user.id, items));
  return made;
}

function moreButton(name, id, items) {
  const made = button("⋮", () => openMenu(made, name, items), "round");
  made.dataset.key = `member-${id}`;
  made.setAttribute("aria-label", `What to do with ${name}`);
  made.setAttribute("aria-haspopup", "menu");
  return made;
}

function deeds(member, chat, { attempt, become }) {
  const { user, status } = member;
  const isMe = user.id === store.personId;
  const wish = { ...place(), ...(user.is_bot ? { bot: store.bots.find((bot) => bot.user_id === user.id)?.bot } : { whom: user.id }) };
  const act = (what) => attempt(post("/sandbox/member", { ...wish, do: what }));
  const rules = !isMe && status !== "creator";
  const inside = !["kicked", "left"].includes(status) && member.is_member !== false;
  return [
    !user.is_bot && !isMe && { words: `Become ${named(user)}`, onDo: () => become(store.people.find((one) => one.id === user.id)) },
    rules && inside && may("can_promote_members", chat) && { words: status === "administrator" ? "Change the rights" : "Make administrator", onDo: () => openPromotion(named(user), member, chat, wish) },
    rules && status === "administrator" && may("can_promote_members", chat) && { words: "Make plain member", onDo: () => act("demote") },
    rules && chat.type === "supergroup" && ["member", "restricted"].includes(status) && may("can_restrict_members", chat) && { words: "Restrict", onDo: () => openRestriction(named(user), member, wish) },
    rules && status === "restricted" && may("can_restrict_members", chat) && { words: "Lift the restrictions", onDo: () => attempt(post("/sandbox/member", { ...wish, do: "restrict", permissions: ALL_PERMISSIONS })) },
    rules && inside && may("can_restrict_members", chat) && { words: "Ban", danger: true, onDo: () => openBan(named(user), wish) },
    rules && status === "kicked" && may("can_restrict_members", chat) && { words: "Lift the ban", onDo: () => act("unban") },
    isMe && { words: "Leave", danger: true, onDo: () => attempt(post("/sandbox/leave", { person: store.personId, chat: chat.chat })) },
  ];
}

export function waitingList(chat, attempt) {
  const answer = (whom, approve) => attempt(post("/sandbox/answer_request", { person: store.personId, chat: chat.chat, whom, approve }));
  const rows = chat.requests.map((id) => store.people.find((one) => one.id === id)).filter(Boolean).map((one) => {
    const words = element("span", { className: "entry-words" }, element("span", { className: "entry-name" }, one.name), element("span", { className: "entry-about" }, "asks to join"));
    return element("li", { className: "row" }, avatar(one.name, one.id, false), words, button("Let in", () => answer(one.id, true), "small primary"), button("Turn away", () => answer(one.id, false)));
  });
  return element("ul", { className: "list" }, ...rows);
}

// People and bots that are not in the chat.
export function outsiders(chat) {
  const inside = new Set(insiders(chat).map((one) => one.id));
  const people = store.people.filter((one) => !inside.has(one.id) && !one.deleted).map((one) => [`person ${one.id}`, one.name]);
  const bots = store.bots.filter((bot) => !botIsIn(chat, bot)).map((bot) => [`bot ${bot.bot}`, `${bot.name} (bot)`]);
  return [...people, ...bots];
}

function botIsIn(chat, bot) {
  const written = chat.standings[bot.user_id];
  return written ? written.inside : chat.everyone;
}

export function bring(who) {
  const [kind, number] = who.split(" ");
  return post("/sandbox/member", { ...place(), do: "add", ...(kind === "bot" ? { bot: Number(number) } : { whom: Number(number) }) });
}
