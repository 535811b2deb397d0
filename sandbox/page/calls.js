// The page of calls: searched by the server, looked at again and again while it is in view and nobody reads older ones.

import { callElement } from "./call.js";
import { byId } from "./elements.js";
import { toast } from "./notices.js";
import { get, post } from "./server.js";

const LOOK_MILLISECONDS = 1500;
const PAGE = 100;
const form = byId("search");
const list = byId("found");
let paused = false;
let asked = 0;
let waiting = 0; // for so many answers

function query(more = {}) {
  const given = [...new FormData(form)].filter(([, value]) => value.trim());
  return new URLSearchParams({ ...Object.fromEntries(given), limit: PAGE, ...more });
}

async function look() {
  if (!form.checkValidity()) return;
  const mine = (asked += 1);
  waiting += 1;
  try {
    const answer = await get(`/sandbox/calls?${query()}`);
    if (mine === asked) show(answer);
  } catch (error) {
    if (mine === asked) byId("count").textContent = error.message;
  } finally {
    waiting -= 1;
  }
}

// Calls never change: what stands there already stays, open or closed.
function show({ calls, kept }) {
  const known = new Map([...list.children].map((one) => [Number(one.dataset.id), one]));
  list.replaceChildren(...calls.map((call) => known.get(call.id) || callElement(call)));
  byId("count").textContent = kept === 1 ? "1 call kept" : `${kept} calls kept`;
  byId("older").hidden = calls.length < PAGE;
  byId("nothing").hidden = calls.length > 0;
  byId("nothing").textContent = kept ? "No call fits this search." : "No bot has called yet. What they call stands here, the newest first.";
}

async function showOlder() {
  setPaused(true);
  asked += 1; // an answer that is on its way has none of the older ones
  try {
    const { calls } = await get(`/sandbox/calls?${query({ before: list.lastElementChild.dataset.id })}`);
    list.append(...calls.map(callElement));
    byId("older").hidden = calls.length < PAGE;
  } catch (error) {
    toast(error.message);
  }
}

function setPaused(wanted) {
  paused = wanted;
  byId("pause").textContent = paused ? "Go on" : "Pause";
  byId("pause").setAttribute("aria-pressed", String(paused));
  if (!paused) look();
}

async function forget() {
  try {
    await post("/sandbox/calls/clear", {});
  } catch (error) {
    toast(error.message);
  }
  look();
}

function searchAnew() {
  history.replaceState(null, "", `#${query({ limit: "" })}`);
  look();
}

function fillFromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (!location.hash) return;
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = wanted.has(field.name);
    else if (field.name) field.value = wanted.get(field.name) || "";
  }
}

fillFromAddress();
form.addEventListener("submit", (event) => (event.preventDefault(), searchAnew()));
form.addEventListener("input", searchAnew);
byId("pause").addEventListener("click", () => setPaused(!paused));
byId("clear").addEventListener("click", forget);
byId("older").addEventListener("click", showOlder);
setInterval(() => paused || document.hidden || waiting || look(), LOOK_MILLISECONDS);
look();
