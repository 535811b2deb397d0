// What passes by: toasts, alerts, "is typing…", and whether the sandbox is there.

import { byId, element } from "./elements.js";

const TOAST_MILLISECONDS = 4000;
const ACTION_MILLISECONDS = 5000; // Bot API: an action is shown for five seconds or less
const ACTIONS = {
  typing: "is typing…",
  upload_photo: "is sending a photo…",
  upload_document: "is sending a file…",
  record_voice: "is recording a voice message…",
  choose_sticker: "is choosing a sticker…",
};
let typingTimer = 0;

export function toast(words) {
  const made = element("p", { className: "toast" }, words);
  toasts().replaceChildren(made);
  setTimeout(() => made.remove(), TOAST_MILLISECONDS);
}

// Over a dialog nothing is seen but what stands in it.
function toasts() {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (!dialog) return byId("toasts");
  const made = dialog.querySelector(".toasts") || element("div", { className: "toasts" });
  made.setAttribute("role", "status");
  dialog.append(made);
  return made;
}

export function alertBox(words) {
  byId("alert-text").textContent = words;
  const dialog = byId("alert");
  if (!dialog.open) dialog.showModal();
}

export function showAction(name, action) {
  clearTimeout(typingTimer);
  byId("typing").textContent = `${name} ${ACTIONS[action] || "is busy…"}`;
  typingTimer = setTimeout(hideAction, ACTION_MILLISECONDS);
}

export function hideAction() {
  clearTimeout(typingTimer);
  byId("typing").textContent = "";
}

export function showConnection(connected) {
  const shown = byId("connection");
  shown.textContent = connected ? "Connected" : "Away, trying again…";
  shown.classList.toggle("on", connected);
  byId("away").hidden = connected;
}
