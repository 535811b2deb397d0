// The keyboard that a bot puts under the field, and its forced reply.

import { confirmed } from "./dialogs.js";
import { byId, element } from "./elements.js";
import { attempt, pressKey, sendThing } from "./sending.js";
import { get, post } from "./server.js";
import { botOf, place, placeQuery, store } from "./store.js";
import { askChat, askPoll, askUsers, askWebAppData } from "./things.js";

const panel = byId("keys");
const toggle = byId("keys-button");
const CLOSED = "sandbox-closed-keys";
const closed = new Set(JSON.parse(sessionStorage.getItem(CLOSED) || "[]")); // whose keyboard was put away, or used up
let shown = { message: null, keyboard: null };
let loads = 0;
let isAsking = false;
let onForce = () => {};
let onPlaceholder = () => {};

// onForce(message): the bot wants an answer to this one; onPlaceholder(words, or "" for the usual ones).
export function startKeys(force, placeholder) {
  onForce = force;
  onPlaceholder = placeholder;
  toggle.addEventListener("click", () => putAway(isOpen()));
}

const mark = () => `${store.life} ${store.personId} ${store.chatId} ${store.botNumber} ${shown.message}`;
const isOpen = () => !panel.hidden;

// However many messages come, one question at a time; one that is old when its answer is there is asked again.
export async function loadKeys() {
  loads += 1;
  if (isAsking) return;
  isAsking = true;
  let [mine, found] = [0, null];
  while (mine !== loads) {
    mine = loads;
    found = await attempt(get(`/sandbox/chats/${store.chatId}/keyboard?person=${store.personId}&${placeQuery()}`));
  }
  isAsking = false;
  if (!found) return;
  const isNew = JSON.stringify(found) !== JSON.stringify(shown);
  shown = found;
  if (isNew) draw();
  apply();
}

// Another chat, or nothing to show.
export function clearKeys() {
  loads += 1;
  shown = { message: null, keyboard: null };
  draw();
  apply();
}

function putAway(away, which = mark()) {
  if (away) closed.add(which);
  else closed.delete(which);
  sessionStorage.setItem(CLOSED, JSON.stringify([...closed].slice(-100)));
  apply();
}

function apply() {
  const rows = shown.keyboard?.keyboard;
  const isForced = Boolean(shown.keyboard?.force_reply) && !closed.has(mark());
  panel.hidden = !rows || closed.has(mark());
  toggle.hidden = !rows;
  toggle.setAttribute("aria-expanded", String(!panel.hidden));
  toggle.title = panel.hidden ? "Show the bot's keyboard" : "Hide the bot's keyboard";
  onPlaceholder(isOpen() || isForced ? shown.keyboard.input_field_placeholder || "" : "");
  if (isForced && !isAnswered()) {
    const message = store.messages.get(shown.message);
    if (message) onForce(message);
    putAway(true); // once is enough: who cancels the reply does not want it
    onPlaceholder(shown.keyboard.input_field_placeholder || "");
  }
}

const isAnswered = () =>
  [...store.messages.values()].some((one) => one.from?.id === store.personId && one.reply_to_message?.message_id === shown.message);

function draw() {
  const { keyboard = [], resize_keyboard: isSmall } = shown.keyboard || {};
  panel.classList.toggle("tall", !isSmall);
  panel.replaceChildren(...keyboard.map((row) => element("div", { className: "keys-row" }, ...row.map(keyOf))));
}

function keyOf(key) {
  const made = element("button", { type: "button", className: `reply-key ${key.style || ""}`.trim() }, key.text);
  made.addEventListener("mousedown", (event) => event.preventDefault());
  made.addEventListener("click", () => press(key));
  return made;
}

async function press(key) {
  const isOnce = shown.keyboard.one_time_keyboard;
  const mine = mark();
  if ((await done(key)) && isOnce) putAway(true, mine);
}

// Does what a key is for; false if somebody thought better of it, or it was refused.
async function done(key) {
  const bot = botOf(store.botNumber)?.name || "the bot";
  if (key.request_contact && !(await confirmed("Share your phone number?", "Share", `${bot} will see your number and name.`))) return false;
  if (key.request_location && !(await confirmed("Share your location?", "Share", `${bot} will see where you are.`))) return false;
  if (key.request_poll) {
    const thing = await askPoll(key.request_poll.type);
    return thing && sendThing(thing, { message_id: shown.message });
  }
  if (key.web_app) {
    const said = await askWebAppData(key.text, key.web_app.url);
    return said && attempt(post("/sandbox/web_app_data", { ...place(), ...said }));
  }
  if (!key.request_users && !key.request_chat) return pressKey(key.text);
  const chosen = await (key.request_users ? askUsers(key.request_users) : askChat(key.request_chat));
  return chosen && pressKey(key.text, chosen);
}
