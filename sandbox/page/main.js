// The page's wiring: events of the live channel change the store, the store is drawn, people's doings are sent.

import { refreshAbout } from "./about.js";
import { startComposer, setCommands, replyTo, forgetReply, onInlineAnswer, onMessage, onState, reset } from "./composer.js";
import { byId } from "./elements.js";
import { drawHead } from "./head.js";
import { fill, hideDraft, hold, redrawThese, removeMessage, show, showDraft, showMessage, startLog } from "./log.js";
import { isFromBot } from "./message.js";
import { alertBox, hideAction, showAction, showConnection, toast } from "./notices.js";
import { payMessage, takePayAnswer } from "./pay.js";
import { drawPins } from "./pins.js";
import { drawMenuButton, startRoom, view } from "./room.js";
import { loadKeys } from "./replykeyboard.js";
import { attempt, say } from "./sending.js";
import { get, listen, post } from "./server.js";
import { briefOf } from "./service.js";
import { drawSidebar } from "./sidebar.js";
import * as known from "./store.js";

const RETRY_MILLISECONDS = 2000;
const REFRESH_PAUSE_MILLISECONDS = 250;
const { store } = known;
let waiting = null; // events that came while the page was being loaded; null when it is up to date
let loads = 0;
let isConnected = false;
let refreshing = null; // what is being asked, and whether it is old already
let isStale = false;
let drawing = false;

function draw() {
  known.markSeen();
  drawSidebar();
  drawHead(room);
}

// Many events in one frame need one drawing.
function drawSoon() {
  if (!drawing) requestAnimationFrame(() => ((drawing = false), draw()));
  drawing = true;
}

// more: { start }, the parameter of a link to a bot; messageId: what is shown when it is there.
async function enter(personId, chat, more = {}, messageId = 0) {
  view("chat");
  known.choose(personId, chat, more);
  reset();
  hold();
  await load();
  if (messageId) show(messageId);
}

// Asks for everything again; what happens meanwhile is applied afterwards, so nothing is lost in between.
async function load() {
  const mine = (loads += 1);
  const before = shownPlace();
  waiting ||= [];
  try {
    const state = await get("/sandbox/state");
    if (mine !== loads) return;
    known.takeState(state);
    if (shownPlace() !== before) hold();
    onState();
    const [history, menu] = await Promise.all([get(chatPath("messages")), get(chatPath("commands"))]);
    if (mine !== loads) return;
    takeHistory(history);
    takeCommands(menu);
    loadKeys();
    draw();
    drawPins();
    fill();
  } catch (error) {
    if (mine !== loads) return;
    toast(error.message);
    if (isConnected) setTimeout(() => mine === loads && loadAnew(), RETRY_MILLISECONDS);
    return;
  }
  const missed = waiting;
  waiting = null;
  missed.forEach(apply);
}

// What came before is in what is asked now.
function loadAnew() {
  waiting = null;
  return load();
}

const shownPlace = () => [store.life, store.personId, store.chatId, store.botNumber].join(" ");

const chatPath = (what) => `/sandbox/chats/${store.chatId}/${what}?person=${store.personId}&${known.placeQuery()}`;

function takeHistory(history) {
  hideAction();
  known.currentChat().posted = history.posted;
  store.messages = new Map(history.messages.map((message) => [message.message_id, message]));
  store.pins = history.pins;
}

function takeCommands({ commands, menu_button: menuButton }) {
  const named = store.botNumber === null && store.bots.length > 1;
  setCommands(commands.map((one) => ({ ...one, words: `/${one.command}${named ? `@${one.bot}` : ""}` })));
  store.menuButton = menuButton;
  drawMenuButton();
}

// However much happens, one question at a time.
function refresh() {
  isStale = refreshing !== null;
  refreshing ||= refreshOnce().catch(() => {}).then(() => setTimeout(refreshed, REFRESH_PAUSE_MILLISECONDS));
}

function refreshed() {
  refreshing = null;
  if (isStale) refresh();
}

async function refreshOnce() {
  const [before, state] = [store.chatId, await get("/sandbox/state")];
  known.takeState(state);
  if (store.chatId !== before) return load(); // the chat is gone
  takeCommands(await get(chatPath("commands")));
  draw();
  if (store.messages.size === 0) fill();
  await refreshAbout();
}

function onEvent(event) {
  if (event.type === "hello") {
    connect(true);
    loadAnew();
  } else if (waiting) waiting.push(event);
  else apply(event);
}

// When the channel is back everything is asked for again.
function connect(isThere) {
  isConnected = isThere;
  showConnection(isThere);
}

function apply(event) {
  const here = known.isHere(event);
  if (event.type === "message" || event.type === "edited") takeMessage(event, here);
  else if (event.type === "deleted") forget(event, here);
  else if (event.type === "pinned" && here) takePins(event.pins);
  else if (event.type === "action" && here) showAction(known.botOf(event.from)?.name || "The bot", event.action);
  else if (event.type === "draft" && here) showDraft(event, known.botOf(event.from)?.name || "The bot");
  else if (event.type === "inline") onInlineAnswer(event);
  else if (event.type === "answer" && event.person === store.personId) takeAnswer(event);
  else if (event.type === "chats") takeChats(event);
  else if (["people", "bots", "commands"].includes(event.type)) refresh();
}

function takeMessage(event, here) {
  const { message } = event;
  const chat = store.chats.find((one) => one.chat === event.chat && one.bot === event.bot);
  if (chat) chat.posted = event.posted;
  if (chat && !(message.message_id < chat.last?.message_id)) chat.last = briefOf(message);
  // One that is changed and not shown is older than what is shown.
  if (here && (event.type === "message" || store.messages.has(message.message_id))) {
    store.messages.set(message.message_id, message);
    if (isFromBot(message)) (hideAction(), hideDraft());
    showMessage(message);
    onMessage(message);
  }
  drawSoon();
}

function forget(event, here) {
  const chat = store.chats.find((one) => one.chat === event.chat && one.bot === event.bot);
  if (chat?.last?.message_id === event.message_id) refresh(); // another one is the newest now
  if (!here) return;
  store.messages.delete(event.message_id);
  removeMessage(event.message_id);
  forgetReply(event.message_id);
  onMessage();
  takePins(store.pins.filter((pin) => pin.message_id !== event.message_id));
}

function takePins(pins) {
  const changed = new Set([...pins, ...store.pins].map((pin) => pin.message_id));
  store.pins = pins;
  drawPins();
  redrawThese(changed);
}

// Who looks at a group that became a supergroup goes along.
function takeChats(event) {
  if (!event.new) return refresh();
  if (event.old === store.chatId) {
    known.pointTo(store.personId, { chat: event.new, bot: null });
    reset();
  }
  return load();
}

function takeAnswer(event) {
  document.querySelectorAll(".key[aria-busy]").forEach((key) => key.removeAttribute("aria-busy"));
  if (takePayAnswer(event)) return;
  if (event.text) (event.show_alert ? alertBox : toast)(event.text);
}

async function press(message, button, key) {
  if (button.pay) return once(key, () => attempt(payMessage(message)));
  key.setAttribute("aria-busy", "true");
  const pressed = post("/sandbox/press", { ...known.place(), message: message.message_id, data: button.callback_data });
  if (!(await attempt(pressed))) key.removeAttribute("aria-busy");
}

// A double click is one press.
async function once(key, doing) {
  if (key.disabled) return;
  key.disabled = true;
  await doing();
  key.disabled = false;
}

const membership = (what) => attempt(post(`/sandbox/${what}`, { person: store.personId, bot: store.botNumber }));

const sayText = (text) => say({ text, entities: [] });
const room = startRoom({ attempt, enter, say: sayText, membership });
startLog({ ...room, reply: replyTo, press, say: sayText });
startComposer((bot) => enter(store.personId, known.chatsOf(store.personId).find((chat) => chat.bot === bot)));
byId("unblock").addEventListener("click", () => membership("unblock"));
document.addEventListener("visibilitychange", () => store.life && !document.hidden && draw());
window.addEventListener("hashchange", load);
window.addEventListener("popstate", () => store.life && drawSoon()); // what comes into sight is seen
listen(onEvent, () => connect(false));
