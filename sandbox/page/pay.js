// Paying: a sheet with the price, what the seller asks, a tip, ways of shipping, and what came of it.

import { element } from "./elements.js";
import { get, post } from "./server.js";
import { money } from "./service.js";
import { field, form, input, openSheet } from "./sheet.js";
import { person, place, placeQuery, store } from "./store.js";

const CHECKOUT_MILLISECONDS = 10_000; // Bot API, answerPreCheckoutQuery: an answer that comes later is refused
const ADDRESS = { street_line1: "Street", street_line2: "Street, second line", city: "City", state: "State", country_code: "Country, two letters", post_code: "Post code" };
const ASKS = { name: ["Name", "name"], phone_number: ["Phone number", "tel"], email: ["E-mail", "email"] };
let waiting = null; // { id, onAnswer } of the question whose answer the sheet shows
let early = null; // { id, event } of an answer that came before the call that asked had ended

export async function payMessage(message) {
  const at = `/sandbox/chats/${store.chatId}/invoice?message=${message.message_id}&person=${store.personId}&${placeQuery()}`;
  const { invoice } = await get(at);
  const where = { ...place(), message: message.message_id };
  openPay(invoice, (order, tip) => post("/sandbox/pay", { ...where, order, tip }));
}

export async function payLink(link) {
  const { invoice } = await get(`/sandbox/linked_invoice?link=${encodeURIComponent(link)}`);
  openPay(invoice, (order, tip) => post("/sandbox/pay_link", { person: store.personId, link, order, tip }));
}

// True if an answer of a bot's was one to a question of the sheet.
export function takePayAnswer(event) {
  const id = event.shipping_query || event.pre_checkout_query;
  if (id && id !== waiting?.id) early = { id, event };
  if (!waiting || id !== waiting.id) return false;
  const { onAnswer } = waiting;
  waiting = null;
  onAnswer(event);
  return true;
}

function waitFor(id, onAnswer) {
  if (early?.id === id) onAnswer(early.event);
  else waiting = { id, onAnswer };
}

function openPay(invoice, pay) {
  const title = invoice.currency === "XTR" ? "Pay with Stars" : "Checkout";
  const sheet = openSheet(title, (body) => body.append(...goods(invoice), firstForm(invoice, pay, (step) => show(step))), () => (waiting = null));
  const show = (...content) => sheet.body.replaceChildren(...content);
}

function goods(invoice) {
  const shown = [element("h3", {}, invoice.title), element("p", { className: "soft" }, invoice.description)];
  const lines = invoice.prices.length > 1 ? invoice.prices.map((price) => line(price.label, price.amount, invoice)) : [];
  const total = line("Total", invoice.total_amount, invoice);
  total.className = "total";
  const more = invoice.subscription_period ? [element("p", { className: "soft" }, "Every month, until you end it.")] : [];
  return [...shown, element("dl", { className: "prices" }, ...lines, total), ...more];
}

const line = (words, amount, invoice) => element("div", {}, element("dt", {}, words), element("dd", {}, money(amount, invoice.currency)));

function firstForm(invoice, pay, show) {
  const words = invoice.is_flexible ? "Ask what shipping costs" : `Pay ${money(invoice.total_amount, invoice.currency)}`;
  const onSubmit = async (values) => {
    const tip = tipOf(values);
    const told = await pay(orderOf(invoice, values), invoice.is_flexible ? 0 : tip);
    if (told.asks_shipping) waitForWays(told.query_id, invoice, tip, show);
    else waitForEnd(told.query_id, invoice.total_amount + tip, invoice, show);
  };
  const made = form(words, onSubmit, ...askedFields(invoice), ...tipFields(invoice));
  made.addEventListener("input", () => {
    if (!invoice.is_flexible) made.querySelector(".primary").textContent = `Pay ${money(invoice.total_amount + (Number(made.elements.tip?.value) || 0), invoice.currency)}`;
  });
  return made;
}

function askedFields(invoice) {
  const known = { name: person().name, phone_number: "+10000000000", email: "somebody@example.org" };
  const fields = Object.entries(ASKS).filter(([name]) => invoice.asks.includes(name));
  const made = fields.map(([name, [words, type]]) => field(words, input(name, { required: true, type: type === "name" ? "text" : type, value: known[name] })));
  if (!invoice.asks.includes("shipping_address")) return made;
  const home = { street_line1: "1 Main Street", city: "Springfield", state: "CA", country_code: "US", post_code: "90001" };
  const parts = Object.entries(ADDRESS).map(([name, words]) => field(words, input(name, { value: home[name] || "", required: ["street_line1", "country_code"].includes(name), ...(name === "country_code" ? { maxLength: 2 } : {}) })));
  return [...made, element("fieldset", { className: "group address-parts" }, element("legend", {}, "Where it is sent"), ...parts)];
}

function tipFields(invoice) {
  if (!invoice.max_tip_amount) return [];
  const tip = input("tip", { type: "number", min: 0, max: invoice.max_tip_amount, value: "0" });
  const suggested = invoice.suggested_tip_amounts.map((amount) => {
    const made = element("button", { type: "button", className: "chip" }, money(amount, invoice.currency));
    made.addEventListener("click", () => ((tip.value = String(amount)), tip.dispatchEvent(new Event("input", { bubbles: true }))));
    return made;
  });
  return [field("Tip", tip, `In the smallest unit, at most ${money(invoice.max_tip_amount, invoice.currency)}`), element("div", { className: "chips" }, ...suggested)];
}

const tipOf = (values) => Number(values.tip) || 0;

function orderOf(invoice, values) {
  const order = Object.fromEntries(Object.keys(ASKS).filter((name) => invoice.asks.includes(name)).map((name) => [name, values[name]]));
  if (!invoice.asks.includes("shipping_address")) return order;
  return { ...order, shipping_address: Object.fromEntries(Object.keys(ADDRESS).map((name) => [name, values[name] || ""])) };
}

function waitForWays(id, invoice, tip, show) {
  show(waitingFor("The bot is asked what shipping costs…"));
  waitFor(id, ({ text, options }) => show(text ? ended("✗", "No shipping", text) : waysForm(id, options, invoice, tip, show)));
}

function waysForm(id, options, invoice, tip, show) {
  const costOf = (option) => option.prices.reduce((sum, price) => sum + price.amount, 0);
  const boxes = options.map((option, index) => field(`${option.title} · ${money(costOf(option), invoice.currency)}`, element("input", { type: "radio", name: "option", value: option.id, checked: index === 0 })));
  const onSubmit = async (values) => {
    const { query_id: asked } = await post("/sandbox/ship", { query_id: id, option: values.option, tip });
    const chosen = options.find((option) => option.id === values.option);
    waitForEnd(asked, invoice.total_amount + tip + costOf(chosen), invoice, show);
  };
  return form("Pay", onSubmit, element("fieldset", { className: "group" }, element("legend", {}, "How it is sent"), ...boxes));
}

function waitForEnd(id, amount, invoice, show) {
  show(waitingFor("The bot is asked whether it takes the payment…"));
  const timer = setTimeout(() => {
    if (waiting?.id !== id) return;
    waiting = null;
    show(ended("✗", "Nothing was paid", "The bot did not answer within 10 seconds."));
  }, CHECKOUT_MILLISECONDS);
  waitFor(id, ({ text }) => {
    clearTimeout(timer);
    show(text ? ended("✗", "Nothing was paid", text) : ended("✓", `Paid ${money(amount, invoice.currency)}`, `${invoice.title} is yours.`));
  });
}

function waitingFor(words) {
  const made = element("p", { className: "waiting" }, words);
  made.setAttribute("role", "status");
  return made;
}

function ended(sign, title, words) {
  const made = element("div", { className: `ended ${sign === "✓" ? "good" : "bad"}` }, element("span", { className: "sign" }, sign), element("h3", {}, title), element("p", {}, words));
  made.setAttribute("role", "status");
  return made;
}
