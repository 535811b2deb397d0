// The list of messages: filled at once, then kept up to date; it scrolls only for a reader who is at its end.

import { avatar, byId, element } from "./elements.js";
import { isOwn, messageElement } from "./message.js";
import { botOf, store } from "./store.js";

const log = byId("log");
const toBottom = byId("to-bottom");
let actions = {};
let following = true; // whether the reader is at the end
let settling = false;
let lastTop = 0;

export function startLog(given) {
  actions = { ...given, show };
  toBottom.addEventListener("click", scrollToEnd);
  log.addEventListener("scroll", onScroll);
  new ResizeObserver(() => following && scrollToEnd()).observe(log);
}

// Only going up stops the following: new messages may have come between our scrolling and its event.
function onScroll() {
  if (atEnd()) {
    following = true;
    toBottom.hidden = true;
  } else if (log.scrollTop < lastTop) following = false;
  lastTop = log.scrollTop;
}

export function fill() {
  log.setAttribute("aria-busy", "true");
  log.replaceChildren(...[...store.messages.values()].map((message) => messageElement(message, actions)));
  tidy();
  scrollToEnd();
  log.removeAttribute("aria-busy");
}

export function showMessage(message) {
  const old = find(message.message_id);
  const made = messageElement(message, actions);
  if (old) old.replaceWith(made);
  else log.append(made);
  if (!old && isOwn(message)) following = true;
  if (!old && !following) toBottom.hidden = false;
  settleSoon();
}

export function removeMessage(messageId) {
  find(messageId)?.remove();
  settleSoon();
}

// Many messages in one frame need one look at the whole list.
function settleSoon() {
  if (!settling) {
    requestAnimationFrame(() => {
      settling = false;
      tidy();
      if (following) scrollToEnd();
    });
  }
  settling = true;
}

function show(messageId) {
  const target = find(messageId);
  if (!target) return;
  target.scrollIntoView({ block: "center" });
  target.classList.remove("shown");
  requestAnimationFrame(() => target.classList.add("shown"));
}

const find = (messageId) => log.querySelector(`article[data-id="${messageId}"]`);
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
  lastTop = log.scrollTop;
  toBottom.hidden = true;
  following = true;
}

// Messages in a row from one sender share one name; an empty chat says how to begin.
function tidy() {
  let before = null;
  for (const article of log.querySelectorAll("article")) {
    article.classList.toggle("follows", before !== null && before.dataset.from === article.dataset.from);
    before = article;
  }
  log.querySelector(".empty")?.remove();
  if (before === null) log.append(emptyState());
}

function emptyState() {
  const bot = botOf(store.botNumber);
  const made = element("div", { className: "empty" });
  if (!bot) {
    made.append(element("h2", {}, "Nobody has written here yet"));
    made.append(element("p", {}, "Everyone is in this group, and the bot hears what is said. Type / to see its commands here."));
    return made;
  }
  made.append(avatar(bot.name, bot.user_id, true), element("h2", {}, `This is ${bot.name}`));
  if (!bot.called) {
    made.append(element("p", {}, "No bot has called yet. Start yours with this address; what you write now waits for it."));
    made.append(element("code", { className: "address" }, `TELEGRAM_API_URL=${location.origin}`));
  }
  made.append(element("p", {}, "Press Start or type /start to begin."));
  const start = element("button", { type: "button", className: "primary wide" }, "Start");
  start.addEventListener("click", () => actions.say("/start"));
  made.append(start);
  return made;
}
