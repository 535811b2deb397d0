// A poll: options to vote for, then results as bars, with who voted where that is no secret, and the answers of a quiz.

import { element } from "./elements.js";
import { formatted } from "./entities.js";
import { get } from "./server.js";
import { accountOf, store } from "./store.js";

const answers = new Map(); // what the sandbox told one person of one poll, to draw it at once the next time

// What only the sandbox knows, such as whom we voted for, is asked, and the poll drawn again when it comes.
export function pollElement(message, actions) {
  const made = element("div", { className: "poll" });
  const key = `${store.life} ${store.personId} ${message.poll.id}`;
  draw(made, message, answers.get(key), actions);
  get(`/sandbox/polls/${message.poll.id}?person=${store.personId}`)
    .then((told) => {
      answers.set(key, told);
      draw(made, message, told, actions);
    })
    .catch(() => {}); // it stays as the message says
  return made;
}

function draw(made, message, told, actions) {
  const poll = { ...message.poll, ...(told?.poll || {}) };
  const chosen = told?.chosen || [];
  const isOver = poll.is_closed || chosen.length > 0;
  const focused = made.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const question = element("p", { className: "question" }, poll.question);
  made.replaceChildren(question, element("p", { className: "poll-kind" }, kindOf(poll)));
  if (message.poll.description) made.append(element("p", { className: "soft" }, message.poll.description));
  made.append(...(isOver ? poll.options.map((one, index) => result(poll, one, index, chosen, told?.voters)) : [choices(message, poll, actions)]));
  if (isOver && poll.explanation) made.append(explanation(poll));
  made.append(element("p", { className: "soft" }, votes(poll)));
  const retractable = chosen.length > 0 && poll.allows_revoting && !poll.is_closed;
  if (retractable) made.append(linkButton("Retract vote", "retract", () => actions.vote(message, [])));
  if (told?.is_own && !poll.is_closed) made.append(linkButton("Stop poll", "stop", () => actions.stopPoll(message)));
  if (focused) (made.querySelector(`[data-key="${focused}"]`) || made.querySelector("button"))?.focus();
}

function kindOf(poll) {
  const kind = poll.type === "quiz" ? "quiz" : "poll";
  const words = `${poll.is_anonymous ? "Anonymous " : "Public "}${kind}${poll.allows_multiple_answers ? ", several answers" : ""}`;
  return poll.is_closed ? `Final results · ${words.toLowerCase()}` : words;
}

function votes(poll) {
  const count = poll.total_voter_count;
  return count === 0 ? "Nobody has voted yet" : `${count} ${count === 1 ? "vote" : "votes"}`;
}

function linkButton(words, key, onDo) {
  const made = element("button", { type: "button", className: "quiet" }, words);
  made.dataset.key = key;
  made.addEventListener("click", onDo);
  return made;
}

// One answer is given by a press; several are ticked and then sent.
function choices(message, poll, actions) {
  if (!poll.allows_multiple_answers) {
    const made = element("div", { className: "choices" }, ...poll.options.map((option, index) => single(message, option, index, actions)));
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", poll.question);
    return made;
  }
  const boxes = poll.options.map((option, index) => {
    const box = element("input", { type: "checkbox", value: String(index) });
    box.dataset.key = `option-${index}`;
    return element("label", { className: "option-line" }, box, element("span", {}, option.text));
  });
  const vote = element("button", { className: "primary", disabled: true }, "Vote");
  const made = element("form", { className: "choices" }, element("fieldset", {}, element("legend", { className: "hidden" }, poll.question), ...boxes), vote);
  made.addEventListener("change", () => (vote.disabled = !made.querySelector("input:checked")));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    actions.vote(message, [...made.querySelectorAll("input:checked")].map((box) => Number(box.value)));
  });
  return made;
}

function single(message, option, index, actions) {
  const made = element("button", { type: "button", className: "option-line" }, element("span", { className: "ring" }), element("span", {}, option.text));
  made.dataset.key = `option-${index}`;
  made.addEventListener("click", () => actions.vote(message, [index]));
  return made;
}

function result(poll, option, index, chosen, voters) {
  const share = poll.total_voter_count ? Math.round((100 * option.voter_count) / poll.total_voter_count) : 0;
  const isRight = poll.correct_option_ids?.includes(index);
  const isWrong = poll.correct_option_ids && chosen.includes(index) && !isRight;
  const made = element("div", { className: `result${isRight ? " right" : ""}${isWrong ? " wrong" : ""}` });
  const sign = isRight ? "✓ " : isWrong ? "✗ " : chosen.includes(index) ? "● " : "";
  const words = element("span", {}, sign, option.text);
  if (chosen.includes(index)) words.append(element("span", { className: "hidden" }, " (your vote)"));
  if (isRight) words.append(element("span", { className: "hidden" }, " (right)"));
  const bar = element("span", { className: "bar-of" });
  bar.style.width = `${Math.max(share, 1)}%`;
  made.append(element("p", {}, element("b", {}, `${share} %`), words), bar);
  const names = (voters?.[index] || []).map((id) => (id === store.personId ? "You" : accountOf(id)?.name));
  if (names.length) made.append(element("p", { className: "voters" }, names.join(", ")));
  return made;
}

function explanation(poll) {
  return element("p", { className: "explanation" }, element("span", {}, "💡 "), formatted(poll.explanation, poll.explanation_entities, () => {}));
}
