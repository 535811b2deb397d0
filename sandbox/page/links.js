// Addresses of Telegram's own that a person follows lead to a place in the sandbox: bots, chats, invitations, invoices.

import { chatWith, groups, store } from "./store.js";
import { pickChat } from "./picker.js";

const HOSTS = ["t.me", "telegram.me", "telegram.dog"];
const same = (one, other) => Boolean(one) && one.toLowerCase() === other.toLowerCase();

// actions: enter(chat, more), tryToJoin(wish), payLink(link), addBot(bot, chat, parameter), nothing(words)
export function follow(address, actions) {
  const { name, parts, query } = taken(address);
  if (!name) return false;
  if (name.startsWith("$")) return done(actions.payLink(`https://t.me/${name}`));
  if (name.startsWith("+")) return done(actions.tryToJoin({ link: `https://t.me/${name}` }));
  if (name === "c") return toMessage(groups().find((chat) => chat.chat === Number(`-100${parts[0]}`)), parts[1], actions);
  const bot = store.bots.find((one) => same(one.username, name));
  if (bot) return toBot(bot, query, actions);
  return toMessage(groups().find((one) => same(one.username, name)), parts[0], actions) || done(actions.nothing(`Nobody here is called @${name}.`));
}

const done = () => true;

function taken(address) {
  const url = new URL(address, location.href);
  const query = url.searchParams;
  if (url.protocol === "tg:" && url.hostname === "resolve") return { name: query.get("domain"), parts: [], query };
  if (url.protocol === "tg:" && url.hostname === "join") return { name: `+${query.get("invite")}`, parts: [], query };
  if (!HOSTS.includes(url.hostname)) return {};
  const [name, ...parts] = decoded(url.pathname).slice(1).split("/");
  return name === "joinchat" ? { name: `+${parts[0]}`, parts: [], query } : { name, parts, query };
}

// A percent sign may stand for nothing that is a letter.
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function toBot(bot, query, actions) {
  const intoGroup = query.get("startgroup");
  if (intoGroup !== null) {
    pickChat(`Add ${bot.name} to`, (chat) => actions.addBot(bot, chat, intoGroup), (chat) => chat.bot === null && chat.type !== "channel");
    return true;
  }
  const start = query.get("start");
  actions.enter(chatWith(store.personId, bot.bot), start ? { start } : {});
  return true;
}

function toMessage(chat, messageId, actions) {
  if (!chat) return false;
  actions.enter(chat, {}, Number(messageId) || 0);
  return true;
}
