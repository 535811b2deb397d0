// What a message shows that has no text of its own: places, contacts, dice and invoices. What happened: service.js.

import { element, outsideLink } from "./elements.js";

const named = (who) => [who.first_name, who.last_name].filter(Boolean).join(" ") || "No name";
const place = (at) => `${at.latitude.toFixed(4)}, ${at.longitude.toFixed(4)}`;

// The field of a message that tells what it is, and how to say it; the first that is there counts.
const SAYINGS = {
  invoice: (one) => `${one.title}: ${one.description} (${one.total_amount} ${one.currency === "XTR" ? "Stars" : one.currency})`,
  venue: (one) => `📍 ${one.title}, ${one.address} (${place(one.location)})`,
  location: (one) => `📍 ${place(one)}${one.live_period ? ", live" : ""}`,
  contact: (one) => `👤 ${named(one)}, ${one.phone_number}`,
  dice: (one) => `${one.emoji} ${one.value}`,
  poll: (one) => `${one.type === "quiz" ? "Quiz" : "Poll"}: ${one.question}`,
};

export function contentText(message) {
  const kind = Object.keys(SAYINGS).find((one) => message[one] !== undefined);
  return kind ? SAYINGS[kind](message[kind]) : "";
}

const DRAWN = {
  invoice: (one) => card("🧾", one.title, one.description),
  venue: (one) => card("📍", one.title, one.address, mapLink(one.location)),
  location: (one) => card("📍", place(one), one.live_period ? "Live location" : "", mapLink(one)),
  contact: (one) => card("👤", named(one), one.phone_number),
  dice: (one) => element("span", { className: "dice", title: `${one.emoji} shows ${one.value}` }, `${one.emoji} ${one.value}`),
};

export function contentElement(message) {
  const kind = Object.keys(DRAWN).find((one) => message[one] !== undefined);
  return kind ? DRAWN[kind](message[kind]) : null;
}

function card(sign, title, about, ...more) {
  const icon = element("span", { className: "card-sign" }, sign);
  icon.setAttribute("aria-hidden", "true");
  const words = element("span", { className: "card-words" }, element("strong", {}, title), element("span", {}, about), ...more);
  return element("span", { className: "card" }, icon, words);
}

const mapLink = (at) => outsideLink(`https://www.openstreetmap.org/?mlat=${at.latitude}&mlon=${at.longitude}`, "link", "Map ↗");
