// What the sandbox tells of itself: Stars, what was counted, and where the state is saved.

import { byId, element } from "./elements.js";

const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const amount = (number, one, many) => `${number} ${number === 1 ? one : many}`;

export function showStars({ balance, spent, refused }) {
  const has = balance === null ? "Bots have as many as they need" : `${balance} Stars`;
  byId("stars-now").textContent = `${has}; ${spent} spent, ${amount(refused, "call", "calls")} refused.`;
}

export function showStats({ calls, accepted, too_many_requests: floods }) {
  const methods = Object.entries(calls);
  const told = `${amount(accepted, "message", "messages")} accepted, ${amount(floods, "answer", "answers")} with 429.`;
  byId("stats-now").textContent = methods.length ? told : "Nobody has called since counting began.";
  byId("stats").hidden = methods.length === 0;
  byId("stats").tBodies[0].replaceChildren(...methods.map(([method, outcomes]) => line(method, outcomes)));
}

function line(method, outcomes) {
  const { 200: good = 0, ...others } = outcomes;
  const other = Object.entries(others).map(([outcome, count]) => `${outcome}: ${count}`).join(", ");
  const name = element("th", { scope: "row" }, method);
  return element("tr", {}, name, element("td", {}, String(good)), element("td", {}, other || "–"));
}

export function showState({ file, saved_at: savedAt }) {
  const when = savedAt ? `saved ${TIME.format(new Date(savedAt * 1000))}` : "nothing saved yet";
  const none = "In memory only. Start the sandbox with --state FILE to save it.";
  byId("state-now").textContent = file ? `${file}: ${when}.` : none;
  byId("save").disabled = !file;
  byId("load").disabled = !savedAt;
}
