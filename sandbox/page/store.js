// What the page knows: people, bots, chats, who we are and where, and how much of each chat was seen.

const SEEN = "sandbox-seen";
// What everybody may do in a group as far as its permissions say.
const BY_ALL = ["can_change_info", "can_invite_users", "can_pin_messages"];

export const store = {
  life: null, bots: [], people: [], chats: [], personId: null, chatId: null, botNumber: null, messages: new Map(),
  pins: [], menuButton: null, start: "",
};

const accounts = new Map(); // people and bots by their ids
let seen = JSON.parse(sessionStorage.getItem(SEEN) || '{"life": null, "posted": {}}');

export function takeState(state) {
  Object.assign(store, { life: state.life, bots: state.bots, people: state.people, chats: state.chats });
  accounts.clear();
  for (const one of store.bots) accounts.set(one.user_id, one);
  for (const one of store.people) accounts.set(one.id, one);
  if (seen.life !== state.life) seen = { life: state.life, posted: {} };
  chooseFromAddress();
}

// Who looks at a group need not be in it: a chat that is named is shown as long as it is there.
function chooseFromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const person = store.people.find((one) => one.id === Number(wanted.get("person"))) || store.people[0];
  const sameBot = (chat) => !wanted.get("bot") || chat.bot === null || chat.bot === Number(wanted.get("bot"));
  const named = (chat) => chat.chat === Number(wanted.get("chat")) && sameBot(chat);
  const open = store.chats.filter((chat) => chat.bot === null || chat.chat === person.id);
  const chat = open.find(named) || open[0];
  Object.assign(store, { personId: person.id, chatId: chat.chat, botNumber: chat.bot, start: wanted.get("start") || "" });
}

const placeOf = (personId, chat) => ({ person: personId, chat: chat.chat, ...(chat.bot === null ? {} : { bot: chat.bot }) });
export const addressOf = (personId, chat, more = {}) => `#${new URLSearchParams({ ...placeOf(personId, chat), ...more })}`;

// Names a chat in the address; the next state is looked at from there, also if the chat is not known yet.
export function pointTo(personId, chat, more) {
  history.replaceState(history.state, "", addressOf(personId, chat, more));
}

export function choose(personId, chat, more) {
  pointTo(personId, chat, more);
  Object.assign(store, { personId, chatId: chat.chat, botNumber: chat.bot, start: more?.start || "" });
}

export const person = () => store.people.find((one) => one.id === store.personId);
export const botOf = (number) => store.bots.find((bot) => bot.bot === number);
export const accountOf = (id) => accounts.get(id);
export const groups = () => store.chats.filter((chat) => chat.bot === null);
export const isHere = (place) => place.chat === store.chatId && place.bot === store.botNumber;
export const currentChat = () => store.chats.find(isHere);
export const placeQuery = () => (store.botNumber === null ? "" : `bot=${store.botNumber}`);

// What somebody is in a group; who was made nothing there is a member, or not in it.
export function standing(chat, userId) {
  const written = chat.standings[userId];
  if (written) return written;
  if (userId === chat.owner) return { status: "creator", inside: true, rights: [] };
  const there = chat.everyone && !accountOf(userId)?.deleted;
  return { status: there ? "member" : "left", inside: there, rights: [] };
}

export const isInside = (chat, userId) => chat.bot !== null || standing(chat, userId).inside;
export const insiders = (chat) => store.people.filter((one) => isInside(chat, one.id));

// Whether we have a right in a chat, of our own or as everybody.
export function may(right, chat = currentChat()) {
  if (chat.bot !== null) return true;
  const mine = standing(chat, store.personId);
  if (mine.status === "creator") return true;
  if (mine.status === "administrator") return mine.rights.includes(right);
  const given = mine.status === "restricted" ? mine.permissions : chat.permissions;
  return mine.inside && chat.type !== "channel" && BY_ALL.includes(right) && chat.permissions.includes(right) && given.includes(right);
}

export function mayPin(chat = currentChat()) {
  return may(chat.type === "channel" ? "can_edit_messages" : "can_pin_messages", chat);
}

// The chats of somebody, the newest message first.
export function chatsOf(personId) {
  const mine = store.chats.filter((chat) => (chat.bot === null ? isInside(chat, personId) : chat.chat === personId));
  return mine.sort((one, other) => (other.last?.date || 0) - (one.last?.date || 0));
}

export const chatWith = (personId, botNumber) => store.chats.find((chat) => chat.bot === botNumber && chat.chat === personId);

// Where somebody else looks when we become them: the same group, the same bot's chat, else their first.
export function sameChatOf(personId) {
  const same = store.botNumber === null ? currentChat() : chatWith(personId, store.botNumber);
  return same && isInside(same, personId) ? same : chatsOf(personId)[0];
}

// What a control call needs to know about where we are.
export function place() {
  const bot = store.botNumber === null ? {} : { bot: store.botNumber };
  return { person: store.personId, chat: store.chatId, ...bot };
}

const seenKey = (personId, chat) => `${personId}|${chat.bot}|${chat.chat}`;

export function unread(personId, chat) {
  return Math.max(0, chat.posted - (seen.posted[seenKey(personId, chat)] || 0));
}

export const unreadOf = (personId) => chatsOf(personId).reduce((sum, chat) => sum + unread(personId, chat), 0);

// On a phone the chats may stand in the place of the chat.
const isShown = () => !document.hidden && (document.body.dataset.view !== "list" || !matchMedia("(max-width: 720px)").matches);

export function markSeen() {
  const chat = currentChat();
  if (!chat || !isShown()) return;
  seen.posted[seenKey(store.personId, chat)] = chat.posted;
  sessionStorage.setItem(SEEN, JSON.stringify(seen));
}
