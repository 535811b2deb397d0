// The page's wiring: events of the live channel change the store, the store is drawn, people's doings are sent.

import { startComposer, setCommands, replyTo, forgetReply, onHistory, onInlineAnswer, onMessage, reset } from "./composer.js";
import { byId } from "./elements.js";
import { fill, removeMessage, showMessage, startLog } from "./log.js";
import { isFromBot } from "./message.js";
import { alertBox, hideAction, showAction, showConnection, toast } from "./notices.js";
import { attempt, say } from "./sending.js";
import { get, listen, post } from "./server.js";
import { drawHead, drawSidebar } from "./sidebar.js";
import * as known from "./store.js";

const { store } = known;
let waiting = null; // events that came while the page was being loaded; null when it is up to date
let loads = 0;
let drawing = false;

function draw() {
  known.markSeen();
  drawSidebar(
    (person) => enter(person.id, known.chatsOf(person.id).find((chat) => chat.bot === null && chat.chat === store.chatId) || known.chatsOf(person.id)[0]),
    (chat) => enter(store.personId, chat),
  );
  drawHead();
}

// Many events in one frame need one drawing.
function drawSoon() {
  if (!drawing) requestAnimationFrame(() => ((drawing = false), draw()));
  drawing = true;
}

function enter(personId, chat) {
  known.choose(personId, chat);
  reset();
  load();
}

// Asks for everything again; what happens meanwhile is applied afterwards, so nothing is lost in between.
async function load() {
  const mine = (loads += 1);
  waiting = [];
  try {
    const state = await get("/sandbox/state");
    if (mine !== loads) return;
    known.takeState(state);
    const [history, menu] = await Promise.all([get(chatPath("messages")), get(chatPath("commands"))]);
    if (mine !== loads) return;
    takeHistory(history);
    takeCommands(menu.commands);
    onHistory();
    draw();
    fill();
  } catch (error) {
    if (mine === loads) toast(error.message);
  }
  if (mine !== loads) return;
  const missed = waiting;
  waiting = null;
  missed.forEach(apply);
}

const chatPath = (what) => `/sandbox/chats/${store.chatId}/${what}?person=${store.personId}&${known.placeQuery()}`;

function takeHistory(history) {
  hideAction();
  known.currentChat().posted = history.posted;
  store.messages = new Map(history.messages.map((message) => [message.message_id, message]));
}

function takeCommands(commands) {
  const named = store.botNumber === null && store.bots.length > 1;
  setCommands(commands.map((one) => ({ ...one, words: `/${one.command}${named ? `@${one.bot}` : ""}` })));
}

async function refresh() {
  const state = await get("/sandbox/state");
  known.takeState(state);
  takeCommands((await get(chatPath("commands"))).commands);
  draw();
  if (store.messages.size === 0) fill();
}

function onEvent(event) {
  if (event.type === "hello") {
    showConnection(true);
    load();
  } else if (waiting) waiting.push(event);
  else apply(event);
}

function apply(event) {
  const here = known.isHere(event);
  if (event.type === "message" || event.type === "edited") takeMessage(event, here);
  else if (event.type === "deleted" && here) forget(event.message_id);
  else if (event.type === "action" && here) showAction(known.botOf(event.from)?.name || "The bot", event.action);
  else if (event.type === "inline") onInlineAnswer(event);
  else if (event.type === "answer" && event.person === store.personId) takeAnswer(event);
  else if (event.type === "chats") takeChats(event);
  else if (["people", "bots", "commands"].includes(event.type)) refresh().catch(() => {});
}

function takeMessage(event, here) {
  const chat = store.chats.find((one) => one.chat === event.chat && one.bot === event.bot);
  if (chat) chat.posted = event.posted;
  if (here) {
    store.messages.set(event.message.message_id, event.message);
    showMessage(event.message);
    onMessage(event.message);
    if (isFromBot(event.message)) hideAction();
  }
  drawSoon();
}

function forget(messageId) {
  store.messages.delete(messageId);
  removeMessage(messageId);
  forgetReply(messageId);
  onMessage();
}

// Who looks at a group that became a supergroup goes along.
function takeChats(event) {
  if (event.new && event.old === store.chatId) {
    known.pointTo(store.personId, { chat: event.new, bot: null });
    reset();
  }
  load();
}

function takeAnswer(event) {
  document.querySelectorAll(".key[aria-busy]").forEach((key) => key.removeAttribute("aria-busy"));
  if (event.text) (event.show_alert ? alertBox : toast)(event.text);
}

async function press(message, button, key) {
  key.setAttribute("aria-busy", "true");
  const where = { ...known.place(), message: message.message_id };
  const wish = button.pay ? post("/sandbox/pay", where) : post("/sandbox/press", { ...where, data: button.callback_data });
  if (!(await attempt(wish))) key.removeAttribute("aria-busy");
}

const membership = (what) => attempt(post(`/sandbox/${what}`, { person: store.personId, bot: store.botNumber }));

startLog({ reply: replyTo, press, say: (text) => say({ text, entities: [] }) });
startComposer((bot) => enter(store.personId, known.chatsOf(store.personId).find((chat) => chat.bot === bot)));
byId("block").addEventListener("click", () => membership("block"));
byId("unblock").addEventListener("click", () => membership("unblock"));
document.addEventListener("visibilitychange", () => store.life && !document.hidden && draw());
window.addEventListener("hashchange", load);
listen(onEvent, () => showConnection(false));
