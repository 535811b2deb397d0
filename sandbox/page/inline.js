// Inline mode: what somebody types behind a bot's name is asked of the bot, and its results are offered.

import { element, outsideLink } from "./elements.js";
import * as offers from "./offers.js";
import { attempt } from "./sending.js";
import { get, post } from "./server.js";
import { place, store } from "./store.js";

const PAUSE_MILLISECONDS = 300; // without typing, before a bot is asked
const PATIENCE_MILLISECONDS = 10_000; // then the bot is said not to answer; its results are still shown if they come
const LONGEST_QUERY = 256; // Bot API, InlineQuery
const answered = new Set(); // queries whose answer came before we knew that they were ours
let asking = null; // { bot, query, offset, id, seen }
let timer = 0;
let chosen = () => {};
let goTo = () => {};

// onChosen(send): what was chosen is to be sent; onGo(bot): the private chat with a bot is to be seen.
export function startInline(onChosen, onGo) {
  chosen = onChosen;
  goTo = onGo;
}

// Whether the text calls a bot; then its results are on their way.
export function offerResults(text) {
  const match = /^@([a-z]\w{2,31})[ \n]([^]*)$/i.exec(text);
  const bot = match && store.bots.find((one) => one.username.toLowerCase() === match[1].toLowerCase() && one.abilities.supports_inline_queries);
  if (!bot) {
    close();
    return false;
  }
  const query = match[2].slice(0, LONGEST_QUERY);
  if (asking?.bot === bot.bot && asking.query === query) return true;
  const name = `What ${bot.name} offers`;
  clearTimeout(timer);
  asking = { bot: bot.bot, name, query, offset: "", id: null, seen: 0, button: null };
  offers.offer({ name, items: [], words: `Asking ${bot.name}…` });
  timer = setTimeout(ask, PAUSE_MILLISECONDS, asking);
  return true;
}

export function close() {
  clearTimeout(timer);
  if (asking) offers.close();
  asking = null;
}

export function onInlineAnswer(event) {
  if (event.query_id === asking?.id) show(asking);
  else answered.add(event.query_id);
}

async function ask(mine) {
  const { person, chat, bot } = place();
  const wish = { person, chat, bot: mine.bot, query: mine.query, offset: mine.offset };
  try {
    const { query_id: id } = await post("/sandbox/inline", bot === undefined ? wish : { ...wish, chat_bot: bot });
    if (mine !== asking) return;
    mine.id = id;
    if (answered.delete(id)) await show(mine);
    else timer = setTimeout(() => mine.id === id && tell(mine, "The bot does not answer."), PATIENCE_MILLISECONDS);
  } catch (error) {
    tell(mine, error.message);
  }
}

function tell(mine, words) {
  if (mine === asking && mine.seen === 0) offers.offer({ name: mine.name, items: [], words });
}

async function show(mine) {
  clearTimeout(timer);
  const { id } = mine;
  const answer = await attempt(get(`/sandbox/inline/${id}`));
  if (mine !== asking || !answer?.results) return;
  mine.id = null;
  const items = answer.results.map((result) => itemOf(result, id));
  const more = () => next(mine, answer.next_offset);
  if (mine.seen > 0) offers.add(items);
  else {
    const words = items.length ? "" : "No results.";
    offers.offer({ name: mine.name, items, words, button: buttonOf(mine, answer.button), first: true, more: () => mine.more() });
  }
  mine.seen += items.length;
  mine.more = answer.next_offset && items.length ? more : () => {};
}

// Asks for the results that follow, once.
function next(mine, offset) {
  mine.more = () => {};
  mine.offset = offset;
  ask(mine);
}

// What a bot offers is told as it said it: any field may be missing, or no text.
function itemOf(result, id) {
  const words = (...found) => String(found.find((one) => ["string", "number"].includes(typeof one) && one !== "") ?? "");
  const content = words(result.input_message_content?.message_text);
  const title = words(result.title, result.first_name, result.caption, content, result.type);
  const about = words(result.description, result.address, result.phone_number, title === content ? "" : content);
  return { title, about, picture: pictureOf(result, title), pick: () => send(id, String(result.id)) };
}

// A thumbnail, where it is a file of the sandbox; else a letter.
function pictureOf(result, title) {
  const ours = [result.photo_file_id, result.sticker_file_id, result.gif_file_id, result.mpeg4_file_id].find(Boolean);
  const named = [result.thumbnail_url, result.photo_url].find((one) => String(one).startsWith(`${location.origin}/`));
  const letter = element("span", { className: "thumbnail" }, ([...title][0] || "?").toUpperCase());
  letter.setAttribute("aria-hidden", "true");
  if (!ours && !named) return letter;
  const src = ours ? `/sandbox/files/${encodeURIComponent(ours)}` : named;
  const made = element("img", { className: "thumbnail", src, alt: "" });
  made.addEventListener("error", () => made.replaceWith(letter));
  return made;
}

function send(id, result) {
  const { person, chat, bot } = place();
  const wish = { person, chat, query_id: id, result, ...(bot === undefined ? {} : { chat_bot: bot }) };
  close();
  chosen((replied) => attempt(post("/sandbox/choose", replied ? { ...wish, reply_to: replied.message_id } : wish)));
}

// The button above the results leads to the private chat with the bot, or to a Web App.
function buttonOf(mine, button) {
  if (!button?.text) return null;
  return { text: button.text, pick: () => (button.web_app ? outsideLink(button.web_app.url, "").click() : start(mine, button)) };
}

async function start({ bot }, button) {
  close();
  const person = store.personId;
  const text = `/start ${button.start_parameter || ""}`.trim();
  if (await attempt(post("/sandbox/say", { person, chat: person, bot, text }))) goTo(bot);
}
