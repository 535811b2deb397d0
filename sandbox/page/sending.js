// What a person sends, as calls of the control API; whatever is refused is said in a toast.

import { toast } from "./notices.js";
import { post, postForm } from "./server.js";
import { place } from "./store.js";

// Does what was asked and says why if it could not be done; gives the answer, or null.
export async function attempt(doing) {
  try {
    return await doing;
  } catch (error) {
    toast(error.message);
    return null;
  }
}

const answering = (message) => (message ? { reply_to: message.message_id } : {});

export const say = ({ text, entities }, replied) => attempt(post("/sandbox/say", { ...place(), text, entities, ...answering(replied) }));

// One of { location }, { contact }, { dice }, { poll }.
export const sendThing = (thing, replied) => attempt(post("/sandbox/send", { ...place(), ...thing, ...answering(replied) }));

export const rewrite = (message, { text, entities }) =>
  attempt(post("/sandbox/edit", { ...place(), message: message.message_id, text, entities }));

export const pressKey = (text, chosen = {}) => attempt(post("/sandbox/key", { ...place(), text, ...chosen }));

// Files of one album; details: kind?, duration?. The caption is a text with entities. where: the place they go to.
export function sendFiles(files, details, caption, replied, where) {
  const form = new FormData();
  const fields = { ...where, ...answering(replied), ...details };
  if (caption.text) Object.assign(fields, { caption: caption.text, entities: JSON.stringify(caption.entities) });
  Object.entries(fields).forEach(([name, value]) => form.append(name, value));
  files.forEach((file) => form.append("file", file, file.name));
  return attempt(postForm("/sandbox/send", form));
}
