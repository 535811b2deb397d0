// What the page knows: people, bots, chats, who we are and where, and how much of each chat was seen.

const SEEN = "sandbox-seen";

export const store = {
  life: null, bots: [], people: [], chats: [], personId: null, chatId: null, botNumber: null, messages: new Map(),
};

let seen = JSON.parse(sessionStorage.getItem(SEEN) || '{"life": null, "posted": {}}');

export function takeState(state) {
  Object.assign(store, { life: state.life, bots: state.bots, people: state.people, chats: state.chats });
  if (seen.life !== state.life) seen = { life: state.life, posted: {} };
  chooseFromAddress();
}

function chooseFromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const person = store.people.find((one) => one.id === Number(wanted.get("person"))) || store.people[0];
  store.personId = person.id;
  const mine = chatsOf(person.id);
  const sameBot = (chat) => !wanted.get("bot") || chat.bot === null || chat.bot === Number(wanted.get("bot"));
  const chat = mine.find((one) => one.chat === Number(wanted.get("chat")) && sameBot(one)) || mine[0];
  store.chatId = chat.chat;
  store.botNumber = chat.bot;
}

// Names a chat in the address; the next state is looked at from there, also if the chat is not known yet.
export function pointTo(personId, chat) {
  const place = { person: personId, chat: chat.chat, ...(chat.bot === null ? {} : { bot: chat.bot }) };
  history.replaceState(null, "", `#${new URLSearchParams(place)}`);
}

export function choose(personId, chat) {
  pointTo(personId, chat);
  Object.assign(store, { personId, chatId: chat.chat, botNumber: chat.bot });
}

export const person = () => store.people.find((one) => one.id === store.personId);
export const botOf = (number) => store.bots.find((bot) => bot.bot === number);
export const chatsOf = (personId) => store.chats.filter((chat) => chat.bot === null || chat.chat === personId);
export const isHere = (place) => place.chat === store.chatId && place.bot === store.botNumber;
export const currentChat = () => store.chats.find(isHere);
export const placeQuery = () => (store.botNumber === null ? "" : `bot=${store.botNumber}`);

// What a control call needs to know about where we are.
export function place() {
  const bot = store.botNumber === null ? {} : { bot: store.botNumber };
  return { person: store.personId, chat: store.chatId, ...bot };
}

const seenKey = (personId, chat) => `${personId}|${chat.bot}|${chat.chat}`;

export function unread(personId, chat) {
  return Math.max(0, chat.posted - (seen.posted[seenKey(personId, chat)] || 0));
}

export function markSeen() {
  const chat = currentChat();
  if (!chat || document.hidden) return;
  seen.posted[seenKey(store.personId, chat)] = chat.posted;
  sessionStorage.setItem(SEEN, JSON.stringify(seen));
}
