// The menu of what can be sent besides text, and recording a voice message.

import { byId } from "./elements.js";
import { toast } from "./notices.js";
import { canRecord, clock, record } from "./sounds.js";
import { askContact, askLocation, askPoll } from "./things.js";
import { addFiles, addVoice } from "./tray.js";

const NO_MICROPHONE = {
  NotAllowedError: "The browser does not let this page use the microphone.",
  NotFoundError: "There is no microphone. An audio file can be sent as a voice message, too.",
};
const ASKS = { location: askLocation, contact: askContact, poll: () => askPoll() };
const PICKS = {
  media: ["image/*,video/*", undefined],
  file: ["", "document"],
  audio: ["audio/*", undefined],
  voice: ["audio/*", "voice"],
};
const menu = byId("attach-menu");
const button = byId("attach-button");
const picker = byId("file-picker");
let kind;
let recording = null;
let isBeginning = false; // the browser may ask first
let ticking = 0;
let onThing = () => {};

// onThing(thing): something without a file is to be sent
export function startAttaching(thing) {
  onThing = thing;
  button.addEventListener("click", () => (menu.hidden ? open() : close()));
  menu.addEventListener("click", (event) => pick(event.target.closest("[role=menuitem]")));
  menu.addEventListener("keydown", move);
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || event.relatedTarget === button || close());
  picker.addEventListener("change", () => (addFiles([...picker.files], kind), byId("text").focus()));
  byId("record-button").addEventListener("click", begin);
  byId("record-cancel").addEventListener("click", () => end(false));
  byId("record-stop").addEventListener("click", () => end(true));
  byId("recorder").addEventListener("keydown", (event) => event.key === "Escape" && end(false));
}

export const isRecording = () => recording !== null;

const items = () => [...menu.querySelectorAll("[role=menuitem]")];

function open() {
  menu.querySelector("[data-attach=record]").hidden = !canRecord();
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  items()[0].focus();
}

function close() {
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
}

function move(event) {
  const shown = items().filter((one) => !one.hidden);
  const at = shown.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape") {
    close();
    button.focus();
  } else if (next !== undefined) {
    event.preventDefault();
    shown[(next + shown.length) % shown.length].focus();
  }
}

async function pick(item) {
  if (!item) return;
  const { attach, dice } = item.dataset;
  button.focus();
  close();
  if (dice) onThing({ dice });
  else if (attach === "record") begin();
  else if (PICKS[attach]) {
    [picker.accept, kind] = PICKS[attach];
    picker.value = "";
    picker.click();
  } else {
    const thing = await ASKS[attach]();
    if (thing) onThing(thing);
  }
}

async function begin() {
  if (recording || isBeginning) return;
  isBeginning = true;
  try {
    recording = await record();
  } catch (error) {
    toast(NO_MICROPHONE[error.name] || "This browser cannot record.");
    return;
  } finally {
    isBeginning = false;
  }
  show();
  ticking = setInterval(tick, 250);
  tick();
  byId("record-stop").focus();
}

export async function end(isKept) {
  if (!recording) return;
  const mine = recording;
  recording = null;
  clearInterval(ticking);
  if (isKept) addVoice(await mine.stop());
  else await mine.cancel();
  show();
  byId("text").focus();
}

function tick() {
  byId("record-time").textContent = clock(recording.seconds());
}

function show() {
  byId("recorder").hidden = recording === null;
  byId("composer-row").hidden = recording !== null;
}
