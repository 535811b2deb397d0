// What is sent without a file, by small forms: places, contacts, polls, and what a bot's keys ask for.

import { ask } from "./dialogs.js";
import { element, outsideLink } from "./elements.js";
import { choice, field, input } from "./sheet.js";
import { person, store } from "./store.js";

const HOME = { latitude: 52.52, longitude: 13.405 }; // where the sandbox's people are
const LIVE = [["", "Only now"], ["900", "Live for 15 minutes"], ["3600", "Live for 1 hour"], ["28800", "Live for 8 hours"]];
const MOST_OPTIONS = 12; // Bot API, sendPoll

const labeled = (words, name, more) => field(words, input(name, more));
const ticked = (words, name, more) => field(words, input(name, { type: "checkbox", ...more }));

export function askLocation() {
  const number = (label, name, most) =>
    labeled(label, name, { type: "number", step: "any", min: -most, max: most, required: true, value: HOME[name] });
  const period = choice("live_period", LIVE);
  return ask({
    title: "Location",
    fields: [element("div", { className: "ask-pair" }, number("Latitude", "latitude", 90), number("Longitude", "longitude", 180)), field("Shared", period)],
    read: ({ elements }) => {
      const location = { latitude: Number(elements.latitude.value), longitude: Number(elements.longitude.value) };
      if (period.value) location.live_period = Number(period.value);
      return { location };
    },
  });
}

export function askContact() {
  const own = ticked(`My own (${person().name})`, "own");
  const others = element("div", { className: "ask-fields" },
    labeled("Phone number", "phone_number", { type: "tel", required: true }),
    element("div", { className: "ask-pair" }, labeled("First name", "first_name", { required: true }), labeled("Last name", "last_name")));
  const inputs = [...others.querySelectorAll("input")];
  own.querySelector("input").addEventListener("change", ({ target }) => inputs.forEach((one) => (one.disabled = target.checked)));
  return ask({
    title: "Contact",
    fields: [own, others],
    read: ({ elements }) => {
      if (elements.own.checked) return { contact: {} };
      return { contact: Object.fromEntries(inputs.filter((one) => one.value.trim()).map((one) => [one.name, one.value.trim()])) };
    },
  });
}

// kind: "quiz" or "regular" where a bot wants only such a poll.
export function askPoll(kind) {
  const options = element("div", { className: "poll-options", role: "group" });
  options.setAttribute("aria-label", "Options");
  const quiz = ticked("Quiz: one option is right", "quiz", { checked: kind === "quiz", disabled: Boolean(kind) });
  const anonymous = ticked("Anonymous", "anonymous", { checked: true });
  const many = ticked("Several answers", "multiple");
  const isQuiz = () => quiz.querySelector("input").checked;
  const adapt = () => {
    options.classList.toggle("quiz", isQuiz());
    many.querySelector("input").disabled = isQuiz();
  };
  options.addEventListener("input", () => growing(options));
  quiz.addEventListener("change", adapt);
  growing(options);
  growing(options);
  adapt();
  return ask({
    title: kind === "quiz" ? "Quiz" : "Poll",
    fields: [
      labeled("Question", "question", { required: true, maxLength: 300 }),
      options,
      element("div", {}, anonymous, many, quiz),
    ],
    read: ({ elements }) => {
      const lines = [...options.children].filter((line) => line.querySelector(".option-text").value.trim());
      if (lines.length === 0) throw new Error("A poll needs an option.");
      const poll = { question: elements.question.value, options: lines.map((line) => line.querySelector(".option-text").value.trim()) };
      poll.anonymous = elements.anonymous.checked;
      if (!isQuiz()) return { poll: { ...poll, multiple: elements.multiple.checked } };
      const right = lines.findIndex((line) => line.querySelector("[type=radio]").checked);
      if (right < 0) throw new Error("Mark the option that is right.");
      return { poll: { ...poll, correct: [right] } };
    },
  });
}

// Keeps one empty option at the end.
function growing(options) {
  const { length } = options.children;
  const isFull = [...options.querySelectorAll(".option-text")].slice(1).every((one) => one.value);
  if (length >= MOST_OPTIONS || (length > 1 && !isFull)) return;
  const text = element("input", { className: "option-text", placeholder: `Option ${length + 1}`, maxLength: 100 });
  text.setAttribute("aria-label", `Option ${length + 1}`);
  const right = element("input", { type: "radio", name: "right", title: "This one is right" });
  right.setAttribute("aria-label", `Option ${length + 1} is right`);
  options.append(element("div", { className: "poll-option" }, right, text));
}

const isFitting = (wanted, is) => wanted === undefined || wanted === is;

// KeyboardButtonRequestUsers: people, bots, or both; the sandbox says what does not fit.
export function askUsers(wish) {
  const most = wish.max_quantity || 1;
  const people = isFitting(wish.user_is_bot, false) ? store.people.filter((one) => !one.deleted) : [];
  const bots = isFitting(wish.user_is_bot, true) ? store.bots : [];
  const all = [...people.map((one) => [one.id, one.name]), ...bots.map((one) => [one.user_id, `${one.name} (bot)`])];
  return choose(most === 1 ? "Choose a user" : `Choose up to ${most} users`, all, most, (users) => ({ users }));
}

// KeyboardButtonRequestChat: a group or a channel.
export function askChat(wish) {
  const isChannel = (chat) => chat.type === "channel";
  const fitting = store.chats.filter((chat) => chat.bot === null && isChannel(chat) === Boolean(wish.chat_is_channel));
  const title = `Choose a ${wish.chat_is_channel ? "channel" : "group"}`;
  return choose(title, fitting.map((chat) => [chat.chat, chat.title]), 1, ([chat]) => ({ shared_chat: chat }));
}

function choose(title, all, most, answerOf) {
  const type = most === 1 ? "radio" : "checkbox";
  const lines = all.map(([value, name]) => ticked(name, "chosen", { type, value }));
  const about = lines.length ? "" : "There is none that fits.";
  const list = element("div", { className: "ask-choices", role: "group" }, ...lines);
  list.setAttribute("aria-label", title);
  return ask({
    title,
    about,
    fields: [list],
    read: (form) => {
      const chosen = [...form.querySelectorAll("[name=chosen]:checked")].map((one) => Number(one.value));
      if (chosen.length === 0 || chosen.length > most) throw new Error(most === 1 ? "Choose one." : `Choose 1 to ${most}.`);
      return answerOf(chosen);
    },
  });
}

export function askWebAppData(text, url) {
  const link = element("p", { className: "wrap" }, outsideLink(url, "link", url));
  return ask({
    title: text,
    about: "The sandbox does not run Web Apps: write what this one should send to the bot. The page may be opened beside it; as in Telegram, one that a key opens gets no initData:",
    fields: [link, field("Data", element("textarea", { name: "data", rows: 3, required: true, maxLength: 4096 }))],
    read: ({ elements }) => ({ data: elements.data.value, button_text: text }),
  });
}
