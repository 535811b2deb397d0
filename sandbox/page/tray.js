// The tray above the field: what is chosen to be sent, with a way to remove each; dropped and pasted files come here.

import { byId, element } from "./elements.js";
import { toast } from "./notices.js";
import { albums, kindOf, size, sorted } from "./parcels.js";
import { sendFiles } from "./sending.js";
import { clock, durationOf, play } from "./sounds.js";
import { place } from "./store.js";

const NAMES = { photo: "Photo", video: "Video", audio: "Audio", voice: "Voice", animation: "GIF", document: "File" };
const tray = byId("tray");
const list = byId("parcels");
const asFiles = byId("as-files");
const drop = byId("drop");
const kept = new Map(); // what was chosen in other chats
let parcels = []; // { file, kind, usual: the kind unless all go as files, duration? }
let onChange = () => {};
let isRefused = () => false;
let silence = () => {}; // ends what is being played
let dragged = 0; // how many elements of the page a drag is over

// refused(): whether nothing can be added now, as while a message is changed
export function startTray(changed, refused) {
  onChange = changed;
  isRefused = refused;
  asFiles.addEventListener("change", () => (parcels.forEach(choose), draw()));
  byId("tray-empty").addEventListener("click", clear);
  document.addEventListener("paste", (event) => take(event, event.clipboardData));
  document.addEventListener("dragenter", (event) => holdsFiles(event) && showDrop((dragged += 1)));
  document.addEventListener("dragleave", (event) => holdsFiles(event) && showDrop((dragged -= 1)));
  document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  document.addEventListener("drop", (event) => {
    showDrop((dragged = 0));
    take(event, event.dataTransfer);
  });
}

export const isEmpty = () => parcels.length === 0;

// As what a file is sent may be said: "voice" or "document".
export function addFiles(files, kind) {
  if (isRefused()) return toast("A message is being changed: send or cancel that first.");
  const { taken, refusals } = sorted(parcels, files);
  if (refusals.length) toast(shortened(refusals).join("\n"));
  taken.forEach((file) => add({ file, usual: kind || kindOf(file) }));
  draw();
  return undefined;
}

const shortened = (all) => (all.length > 3 ? [...all.slice(0, 2), `${all.length - 2} more cannot be added either.`] : all);

export function addVoice({ file, duration }) {
  add({ file, usual: "voice", duration });
  draw();
}

export function clear() {
  parcels = [];
  asFiles.checked = false;
  draw();
}

// Another chat is seen: what was chosen here waits for the return, also while it is being sent.
export function changePlace(before, after) {
  if (before) kept.set(before, parcels);
  parcels = kept.get(after) || [];
  asFiles.checked = parcels.some((one) => one.kind !== one.usual);
  draw();
}

// Sends all of it to where it was chosen, each album with one call; what was not sent stays.
export async function sendTray(caption, replied) {
  const [where, mine] = [place(), parcels];
  let words = caption;
  for (const { files, details } of albums(mine)) {
    if (!(await sendFiles(files, details, words, replied, where))) return { isSent: false, isCaptionSent: words !== caption };
    for (const file of files) withdraw(mine, file);
    if (mine === parcels) draw();
    words = { text: "", entities: [] };
  }
  return { isSent: true, isCaptionSent: true };
}

// The list stays the same one: it may be on its way.
function withdraw(list, file) {
  const at = list.findIndex((one) => one.file === file);
  if (at >= 0) list.splice(at, 1);
}

function add(parcel) {
  choose(parcel);
  parcels.push(parcel);
  if (parcel.duration || !["audio", "voice"].includes(parcel.usual)) return;
  durationOf(parcel.file).then((seconds) => {
    parcel.duration = seconds;
    if (parcels.includes(parcel)) draw();
  });
}

function choose(parcel) {
  const isMedia = ["photo", "video", "animation"].includes(parcel.usual);
  parcel.kind = isMedia && asFiles.checked ? "document" : parcel.usual;
}

function draw() {
  silence();
  if (parcels.length === 0) asFiles.checked = false;
  tray.hidden = parcels.length === 0;
  byId("tray-count").textContent = parcels.length === 1 ? "1 file to be sent" : `${parcels.length} files to be sent`;
  byId("tray-empty").hidden = parcels.length < 2;
  byId("as-files-label").hidden = !parcels.some((one) => ["photo", "video", "animation"].includes(one.usual));
  list.replaceChildren(...parcels.map(item));
  onChange();
}

function item(parcel) {
  const { file, kind, duration } = parcel;
  const about = [NAMES[kind], duration && clock(duration), size(file.size)].filter(Boolean).join(" · ");
  const words = element("span", { className: "parcel-words" }, element("strong", {}, file.name), element("span", {}, about));
  const remove = element("button", { type: "button", className: "quiet", title: "Remove" }, "✕");
  remove.setAttribute("aria-label", `Remove ${file.name}`);
  remove.addEventListener("click", () => removed(parcel));
  return element("li", { className: `parcel ${kind}` }, picture(parcel), words, remove);
}

function removed(parcel) {
  const index = parcels.indexOf(parcel);
  withdraw(parcels, parcel.file);
  draw();
  const left = list.querySelectorAll(".parcel > .quiet");
  (left[Math.min(index, left.length - 1)] || byId("text")).focus();
}

// A small picture of a picture, drawn once; a button that plays a sound; else the end of the name.
function picture(parcel) {
  if (["audio", "voice"].includes(parcel.kind)) return player(parcel);
  const [, ending = "?"] = /\.(\w{1,4})$/.exec(parcel.file.name) || [];
  const mark = element("span", { className: "thumbnail" }, ending);
  mark.setAttribute("aria-hidden", "true");
  if (!parcel.file.type.startsWith("image/")) return mark;
  parcel.drawn ||= drawn(parcel.file);
  parcel.drawn.then((canvas) => canvas && mark.replaceWith(canvas));
  return mark;
}

async function drawn(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const side = Math.min(bitmap.width, bitmap.height);
    const canvas = element("canvas", { className: "thumbnail", width: 112, height: 112 });
    canvas.setAttribute("aria-hidden", "true");
    canvas.getContext("2d").drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, 112, 112);
    return canvas;
  } catch {
    return null; // no picture that this browser knows
  }
}

function player({ file }) {
  let isPlaying = false;
  const made = element("button", { type: "button", className: "thumbnail play" }, "▶");
  const show = (now) => {
    isPlaying = now;
    made.textContent = isPlaying ? "■" : "▶";
    made.setAttribute("aria-label", `${isPlaying ? "Stop" : "Play"} ${file.name}`);
  };
  show(false);
  made.addEventListener("click", async () => {
    const wasPlaying = isPlaying;
    silence();
    if (wasPlaying) return;
    try {
      const stop = await play(file, () => show(false));
      silence = () => ((silence = () => {}), stop());
      show(true);
    } catch {
      toast("This browser cannot play it.");
    }
  });
  return made;
}

const mayTake = () => !byId("composer").hidden && !document.querySelector("dialog[open]");
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files") && mayTake();

function showDrop(count) {
  drop.hidden = count <= 0;
}

// Words that come with a picture of themselves, as from a table, are pasted as words.
function take(event, given) {
  const isText = event.type === "paste" && given?.getData("text/plain");
  if (!given?.files.length || isText || !mayTake()) return;
  event.preventDefault();
  addFiles([...given.files]);
  byId("text").focus();
}
