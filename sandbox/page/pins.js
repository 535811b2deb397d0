// The bar with the pinned messages: each press leads to the next older one.

import { byId, element } from "./elements.js";
import { openSheet, button } from "./sheet.js";
import { shortWords } from "./service.js";
import { mayPin, store } from "./store.js";

let at = 0;
let actions = {};

// given: show(messageId), unpin(message)
export function startPins(given) {
  actions = given;
  byId("pin").addEventListener("click", next);
  byId("pins-more").addEventListener("click", openAll);
}

export function drawPins() {
  at = 0;
  byId("pins").hidden = store.pins.length === 0;
  drawPin();
}

function drawPin() {
  const pin = store.pins[at];
  if (!pin) return;
  byId("pin-title").textContent = at ? `Pinned message #${store.pins.length - at}` : "Pinned message";
  byId("pin-text").textContent = shortWords(pin);
}

function next() {
  actions.show(store.pins[at].message_id);
  at = (at + 1) % store.pins.length;
  drawPin();
}

function openAll() {
  openSheet("Pinned messages", (body, sheet) => {
    const rows = store.pins.map((pin) => {
      const go = button(shortWords(pin), () => (sheet.close(), actions.show(pin.message_id)), "entry");
      const down = button("Unpin", async () => (await actions.unpin(pin)) && sheet.close());
      return element("li", { className: "row" }, go, ...(mayPin() ? [down] : []));
    });
    body.append(element("ul", { className: "list" }, ...rows));
  });
}
