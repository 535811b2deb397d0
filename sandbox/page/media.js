// The file of a message: a picture, or its kind, name and size with a link to its bytes.

import { element } from "./elements.js";

const KINDS = ["photo", "video", "animation", "audio", "voice", "video_note", "sticker", "document"];
const PICTURES = ["image/gif", "image/jpeg", "image/png", "image/webp"];

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

export function mediaElement(message) {
  const file = fileOf(message);
  if (!file) return null;
  const address = `/sandbox/files/${encodeURIComponent(file.file_id)}`;
  const isPicture = file.file_size > 0 && (file.kind === "photo" || PICTURES.includes(file.mime_type));
  const about = element("a", { className: "file", href: address, download: file.file_name || file.kind }, caption(file));
  if (!isPicture) return about;
  const picture = element("img", { className: "picture", src: address, alt: message.caption || summary(message), loading: "lazy" });
  picture.addEventListener("error", () => picture.replaceWith(about)); // not a picture, or removed meanwhile
  return picture;
}

function caption(file) {
  const size = file.file_size < 1024 ? `${file.file_size} B` : `${(file.file_size / 1024).toFixed(0)} KiB`;
  return [file.kind, file.file_name, file.duration && `${file.duration} s`, size].filter(Boolean).join(" · ");
}
