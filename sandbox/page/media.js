// The files of a message: pictures, films and sounds in their place, an album as a grid, others as a card to download.

import { element } from "./elements.js";

const KINDS = ["photo", "video", "animation", "audio", "voice", "video_note", "sticker", "document"];
const PICTURES = ["image/gif", "image/jpeg", "image/png", "image/webp"];
const FILMS = ["video", "animation", "video_note"];
const SIGNS = { photo: "🖼", video: "🎞", animation: "🎞", audio: "🎵", voice: "🎤", video_note: "🎞", document: "📄", sticker: "🙂" };

function fileOf(message) {
  const kind = KINDS.find((one) => message[one]);
  if (!kind) return null;
  const file = kind === "photo" ? message.photo.at(-1) : message[kind];
  return { kind, ...file };
}

export function summary(message) {
  const file = fileOf(message);
  return file && (file.file_name || file.kind);
}

const addressOf = (file) => `/sandbox/files/${encodeURIComponent(file.file_id)}`;

export function mediaElement(message) {
  if (message.paid_media) return paidElement(message.paid_media);
  const file = fileOf(message);
  return file && veiled(shown(file, message.caption || summary(message)), message.has_media_spoiler);
}

export function albumElement(messages) {
  const isGrid = messages.every((message) => ["photo", "video"].includes(fileOf(message)?.kind));
  const parts = messages.map(mediaElement).filter(Boolean);
  const made = element("div", { className: isGrid ? "album" : "files" }, ...parts);
  if (isGrid) made.dataset.count = parts.length;
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", `Album of ${parts.length}`);
  return made;
}

function paidElement({ star_count: stars, paid_media: parts }) {
  const grid = element("div", { className: "album" }, ...parts.map((part) => shown(fileOf(part), "Paid media")));
  grid.dataset.count = parts.length;
  return element("div", {}, element("p", { className: "topic-less" }, `Paid media for ${stars} ⭐, shown to everybody here`), grid);
}

function shown(file, words) {
  if (!file.file_size) return card(file);
  if (file.kind === "photo" || PICTURES.includes(file.mime_type) || file.kind === "sticker") return picture(file, words);
  if (FILMS.includes(file.kind)) return film(file, words);
  if (["audio", "voice"].includes(file.kind)) return sound(file);
  return card(file);
}

function picture(file, words) {
  const image = element("img", { src: addressOf(file), alt: words || file.kind, loading: "lazy" });
  const made = element("a", { className: `picture ${file.kind}`, href: addressOf(file), target: "_blank" }, image);
  image.addEventListener("error", () => made.replaceWith(card(file))); // not a picture, or removed meanwhile
  made.addEventListener("click", (event) => (event.preventDefault(), look(file, words)));
  return made;
}

// A picture as large as the window.
function look(file, words) {
  const close = element("button", { className: "round", autofocus: true }, "✕");
  close.setAttribute("aria-label", "Close");
  const made = element("dialog", { className: "viewer" }, close, element("img", { src: addressOf(file), alt: words || file.kind }));
  made.setAttribute("aria-label", words || file.kind);
  made.addEventListener("click", () => made.close());
  made.addEventListener("close", () => made.remove());
  document.body.append(made);
  made.showModal();
}

// Animations play by themselves, unless somebody wants no motion.
function film(file, words) {
  const moves = file.kind === "animation" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const made = element("video", { className: `film ${file.kind}`, src: addressOf(file), playsInline: true, preload: "metadata" });
  Object.assign(made, moves ? { autoplay: true, muted: true, loop: true } : { controls: true });
  made.setAttribute("aria-label", words || file.kind);
  made.addEventListener("error", () => made.replaceWith(card(file)));
  return made;
}

function sound(file) {
  const title = [file.performer, file.title || (file.kind === "audio" ? file.file_name : "Voice message")].filter(Boolean).join(" – ");
  const player = element("audio", { src: addressOf(file), controls: true, preload: "none" });
  player.setAttribute("aria-label", title);
  const made = element("div", { className: "sound" }, element("strong", {}, title), player);
  player.addEventListener("error", () => made.replaceWith(card(file)));
  return made;
}

function card(file) {
  const sign = element("span", { className: "card-sign" }, SIGNS[file.kind]);
  sign.setAttribute("aria-hidden", "true");
  const name = file.file_name || (file.kind === "sticker" && file.emoji) || file.kind;
  const about = [file.kind.replace("_", " "), file.duration && `${file.duration} s`, size(file.file_size)].filter(Boolean).join(" · ");
  const words = element("span", { className: "card-words" }, element("strong", {}, name), element("span", {}, about));
  return element("a", { className: "card file", href: addressOf(file), download: file.file_name || file.kind }, sign, words);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

// What the sender hid is seen after a press.
function veiled(made, isHidden) {
  if (!isHidden) return made;
  const open = element("button", { type: "button", className: "veil" }, "Show");
  open.setAttribute("aria-label", "Hidden media: show");
  const box = element("div", { className: "veiled" }, made, open);
  made.inert = true;
  open.addEventListener("click", () => {
    made.inert = false;
    box.replaceWith(made);
    made.focus();
  });
  return box;
}
