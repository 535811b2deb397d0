// Files that are chosen to be sent, as values: what each is sent as, what is refused, and which ones are one album.

export const MOST = 10; // Bot API, sendMediaGroup
export const LARGEST = 50 * 2 ** 20; // bytes of all together; the sandbox takes 60 MiB with one request
const LARGEST_PHOTO = 10 * 2 ** 20; // Bot API, sendPhoto
const PHOTOS = ["image/jpeg", "image/png", "image/webp"];
const ALBUMS = { photo: "pictures", video: "pictures", audio: "audio", document: "document" }; // others stand alone

export function kindOf(file) {
  if (PHOTOS.includes(file.type)) return file.size <= LARGEST_PHOTO ? "photo" : "document";
  if (file.type === "image/gif") return "animation";
  const [family] = file.type.split("/");
  return ["video", "audio"].includes(family) ? family : "document";
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

// Which of the files can be added, and in words why not the others.
export function sorted(known, files) {
  const taken = [];
  const refusals = [];
  let total = known.reduce((sum, one) => sum + one.file.size, 0);
  for (const file of files) {
    if (file.size === 0) refusals.push(`${file.name} is empty: Telegram takes no empty files.`);
    else if (file.size > LARGEST) refusals.push(`${file.name} is too large (${size(file.size)}): the sandbox takes ${size(LARGEST)} at once.`);
    else if (known.length + taken.length >= MOST) refusals.push(`${file.name} is one too many: an album has at most ${MOST}.`);
    else if (total + file.size > LARGEST) refusals.push(`${file.name} does not fit in: the sandbox takes ${size(LARGEST)} at once.`);
    else {
      taken.push(file);
      total += file.size;
    }
  }
  return { taken, refusals };
}

// Runs of files that can be one album; the kind is left open where pictures and videos are mixed.
export function albums(parcels) {
  const found = [];
  for (const parcel of parcels) {
    const family = ALBUMS[parcel.kind];
    const last = found.at(-1);
    if (family && last?.family === family) last.parcels.push(parcel);
    else found.push({ family, parcels: [parcel] });
  }
  return found.map(({ parcels: together }) => {
    const kinds = new Set(together.map((one) => one.kind));
    const details = kinds.size === 1 ? { kind: together[0].kind } : {};
    if (together.length === 1 && together[0].duration) details.duration = together[0].duration;
    return { files: together.map((one) => one.file), details };
  });
}
