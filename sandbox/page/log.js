// The list of messages: filled at once, then kept up to date; it scrolls only for a reader who is at its end.

import { byId, element } from "./elements.js";
import { emptyState } from "./empty.js";
import { formatted } from "./entities.js";
import { isOwn, messageElement } from "./message.js";
import { toast } from "./notices.js";
import { store } from "./store.js";

const DRAFT_MILLISECONDS = 30_000; // Bot API, sendMessageDraft: shown for thirty seconds
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const MOST = 1000; // messages that are kept while somebody only follows,
const FEWER = 500; // and how many then stay: as many as the sandbox tells of a chat
const log = byId("log");
const toBottom = byId("to-bottom");
const draft = element("div", { className: "message theirs draft" });
let actions = {};
let following = true; // whether the reader is at the end
let settling = false;
let lastTop = 0;
let draftTimer = 0;

export function startLog(given) {
  actions = { ...given, show };
  toBottom.addEventListener("click", scrollToEnd);
  log.addEventListener("scroll", onScroll);
  new ResizeObserver(keepEnd).observe(log);
  for (const change of ["load", "loadedmetadata", "toggle"]) log.addEventListener(change, keepEnd, true); // what comes late is higher
}

const keepEnd = () => following && scrollToEnd();

// Only going up stops the following: new messages may have come between our scrolling and its event.
function onScroll() {
  if (atEnd()) {
    following = true;
    toBottom.hidden = true;
  } else if (log.scrollTop < lastTop) following = false;
  lastTop = log.scrollTop;
}

// Until another chat's messages are there nobody shall do anything to those of the last one.
export function hold() {
  log.inert = true;
  log.setAttribute("aria-busy", "true");
}

export function fill() {
  log.setAttribute("aria-busy", "true");
  hideDraft();
  const albums = [];
  for (const message of store.messages.values()) {
    const last = albums.at(-1);
    if (last && belongs(message, last[0])) last.push(message);
    else albums.push([message]);
  }
  log.replaceChildren(...albums.map((messages) => articleOf(messages)));
  tidy();
  scrollToEnd();
  log.removeAttribute("aria-busy");
  log.inert = false;
}

// Parts of one album that follow each other are one article.
const belongs = (message, first) => Boolean(message.media_group_id) && message.media_group_id === first.media_group_id;

function articleOf(messages) {
  const made = messageElement(messages, actions);
  made.dataset.ids = messages.map((message) => message.message_id).join(" ");
  made.dataset.day = new Date(messages[0].date * 1000).toDateString();
  return made;
}

const messagesIn = (article) => article.dataset.ids.split(" ").map((id) => store.messages.get(Number(id))).filter(Boolean);

export function showMessage(message) {
  const old = find(message.message_id);
  const last = log.querySelector("article:last-of-type");
  if (old) redraw(old);
  else if (last && belongs(message, messagesIn(last)[0] || {})) last.replaceWith(articleOf([...messagesIn(last), message]));
  else log.append(articleOf([message]));
  if (!old && isOwn(message)) following = true;
  if (!old && !following) toBottom.hidden = false;
  settleSoon();
}

// What is drawn anew keeps the focus, for somebody may just vote in it or react to it.
function redraw(article) {
  const focused = article.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const made = articleOf(messagesIn(article));
  article.replaceWith(made);
  if (focused) made.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function removeMessage(messageId) {
  const article = find(messageId);
  if (article && messagesIn(article).length) redraw(article); // the rest of an album
  else article?.remove();
  settleSoon();
}

// Messages about which something else than they changed.
export function redrawThese(messageIds) {
  for (const id of messageIds) {
    const article = find(id);
    if (article) redraw(article);
  }
  settleSoon();
}

export function showDraft(event, name) {
  clearTimeout(draftTimer);
  draftTimer = setTimeout(hideDraft, DRAFT_MILLISECONDS);
  const text = element("div", { className: "text", dir: "auto" }, formatted(event.text, event.entities, () => {}));
  draft.replaceChildren(element("div", { className: "bubble" }, element("p", { className: "sender" }, `${name} is writing…`), text));
  draft.setAttribute("aria-live", "off");
  log.append(draft);
  if (following) scrollToEnd();
}

export function hideDraft() {
  clearTimeout(draftTimer);
  draft.remove();
}

// Many messages in one frame need one look at the whole list.
function settleSoon() {
  if (!settling) {
    requestAnimationFrame(() => {
      settling = false;
      if (following) forgetOldest();
      tidy();
      if (following) scrollToEnd();
    });
  }
  settling = true;
}

function forgetOldest() {
  if (store.messages.size <= MOST) return;
  const articles = [...log.querySelectorAll("article")];
  while (store.messages.size > FEWER && articles.length > 1) {
    const oldest = articles.shift();
    for (const id of oldest.dataset.ids.split(" ")) store.messages.delete(Number(id));
    oldest.remove();
  }
}

export function show(messageId) {
  const target = find(messageId);
  if (!target) return toast("This message is not among those that are shown.");
  following = false;
  target.scrollIntoView({ block: "center" });
  target.classList.remove("shown");
  requestAnimationFrame(() => target.classList.add("shown"));
}

const find = (messageId) => log.querySelector(`article[data-ids~="${messageId}"]`);
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
  lastTop = log.scrollTop;
  toBottom.hidden = true;
  following = true;
}

// Messages in a row from one sender share one name, days are told apart; an empty chat says how to begin.
function tidy() {
  let before = null;
  for (const article of log.querySelectorAll("article")) {
    const sameDay = before?.dataset.day === article.dataset.day;
    const follows = sameDay && before.dataset.from === article.dataset.from;
    article.classList.toggle("follows", follows);
    markDay(article, sameDay);
    before = article;
  }
  log.querySelectorAll(".day:last-child, .day + .day").forEach((day) => day.remove());
  log.querySelector(".empty")?.remove();
  if (before === null) log.append(emptyState(actions));
}

function markDay(article, sameDay) {
  const marked = article.previousElementSibling;
  const isMarked = marked?.classList.contains("day");
  if (sameDay && isMarked) marked.remove();
  else if (!sameDay && !isMarked) article.before(element("p", { className: "day" }, element("span", {}, dayName(article.dataset.day))));
}

function dayName(day) {
  const days = Math.round((new Date(new Date().toDateString()) - new Date(day)) / 86_400_000);
  return ["Today", "Yesterday"][days] || DAY.format(new Date(day));
}
