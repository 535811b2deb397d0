// The bar above the field: which message is answered, or which one of one's own is changed.

import { byId } from "./elements.js";
import { isOwn, senderName } from "./message.js";
import { shortWords } from "./service.js";
import { store } from "./store.js";

const WITH_CAPTION = ["photo", "video", "animation", "audio", "voice", "document"];
let replied = null;
let edited = null;

export const answeredMessage = () => replied;
export const editedMessage = () => edited;

export function reply(message) {
  replied = message;
  edited = null;
  show(message, "reply", senderName(message));
}

export function edit(message) {
  edited = message;
  replied = null;
  show(message, "edit", "Edit message");
}

export function clear() {
  replied = null;
  edited = null;
  byId("reply").hidden = true;
}

// Whether one may change a message, as in Telegram's apps: their own, with a text or a caption.
export function canEdit(message) {
  if (!isOwn(message) || message.forward_origin || message.via_bot) return false;
  return message.text !== undefined || WITH_CAPTION.some((kind) => message[kind]);
}

export const lastOwn = () => [...store.messages.values()].reverse().find(canEdit);

function show(message, kind, title) {
  const bar = byId("reply");
  bar.dataset.kind = kind;
  bar.hidden = false;
  byId("reply-name").textContent = title;
  byId("reply-text").textContent = shortWords(message);
  byId("reply-cancel").setAttribute("aria-label", kind === "edit" ? "Cancel editing" : "Cancel reply");
}
