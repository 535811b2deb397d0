// Faults: the list of those that are set, and the form that adds one with just the fields that mean something for it.

import { byId, element } from "./elements.js";
import { GROUPS, KINDS } from "./fault_kinds.js";
import { numbersOf } from "./forms.js";
import { post } from "./server.js";

const STATES = { waiting: "waits for its time", on: "on", over: "over" };
const form = byId("fault");
let attempt = async () => {};

export function startFaults(given) {
  attempt = given;
  form.elements.kind.append(...GROUPS.map(([label, , kinds]) => {
    const options = Object.entries(kinds).map(([kind, [name]]) => element("option", { value: kind }, name));
    return element("optgroup", { label }, ...options);
  }));
  form.elements.kind.addEventListener("change", fit);
  form.addEventListener("submit", (event) => (event.preventDefault(), add()));
  byId("remove-all").addEventListener("click", () => attempt(() => post("/sandbox/faults", {}), "All faults are gone."));
  byId("release").addEventListener("click", () => attempt(() => post("/sandbox/faults/release", {}), "Held calls go on."));
  fit();
}

// Shows the fields of the chosen kind; the others are disabled, so the form does not send or check them.
function fit() {
  const kind = form.elements.kind.value;
  byId("meaning").textContent = KINDS[kind].meaning;
  for (const label of form.querySelectorAll("label[data-for]")) {
    const fits = label.dataset.for.split(" ").some((word) => word === kind || word === KINDS[kind].meets);
    label.hidden = !fits;
    label.querySelector("input").disabled = !fits;
  }
  form.elements.for.required = kind === "outage";
}

async function add() {
  const { share, ...wish } = { kind: form.elements.kind.value, ...numbersOf(form) };
  if (share !== undefined) wish.probability = share / 100;
  for (const name of ["method", "description"]) {
    const field = form.elements[name];
    if (!field.disabled && field.value.trim()) wish[name] = field.value.trim();
  }
  if (!form.elements.performed.disabled && form.elements.performed.checked) wish.performed = true;
  await attempt(() => post("/sandbox/faults", wish), "The fault is set.");
}

export function showFaults({ faults, holding }) {
  const list = byId("faults");
  const drawn = JSON.stringify(faults);
  if (list.dataset.drawn !== drawn) swap(list, faults);
  list.dataset.drawn = drawn;
  byId("no-faults").hidden = faults.length > 0;
  byId("remove-all").hidden = faults.length === 0;
  byId("release").hidden = holding === 0;
  byId("release").textContent = holding === 1 ? "Let 1 held call go on" : `Let ${holding} held calls go on`;
  const on = faults.filter((fault) => fault.state === "on").length;
  const outage = faults.some((fault) => fault.kind === "outage" && fault.state === "on");
  byId("standing").textContent = outage ? "An outage: nothing works." : on ? `${on === 1 ? "1 fault is" : `${on} faults are`} on.` : "All is well.";
  byId("standing").classList.toggle("warning", outage);
}

// Keeps the focus on the button it was on although the rows are new.
function swap(list, faults) {
  const focused = document.activeElement?.closest("#faults li")?.dataset.id;
  list.replaceChildren(...faults.map(row));
  if (focused) list.querySelector(`li[data-id="${focused}"] button`)?.focus();
}

function row(fault) {
  const name = KINDS[fault.kind]?.name || fault.kind;
  const words = element("div", { className: "fault-words" });
  words.append(
    element("strong", {}, name),
    element("span", { className: "soft" }, details(fault).join(" · ")),
    element("span", { className: `fault-state ${fault.state}` }, `${STATES[fault.state]}, ${fault.hits === 1 ? "hit once" : `${fault.hits} hits`}`),
  );
  const remove = element("button", { type: "button", className: "plain small" }, "Remove");
  remove.setAttribute("aria-label", `Remove: ${name}`);
  remove.addEventListener("click", () => attempt(() => removed(fault.id)));
  const made = element("li", {}, words, remove);
  made.dataset.id = fault.id;
  return made;
}

async function removed(number) {
  const response = await fetch(`/sandbox/faults/${number}`, { method: "DELETE" });
  if (!response.ok && response.status !== 404) throw new Error(`The sandbox answered ${response.status}.`);
}

function details(fault) {
  const { meets } = KINDS[fault.kind] || { meets: "calls" };
  return [
    meets === "calls" && (fault.method === "*" ? "all methods" : fault.method),
    fault.chat !== null && `chat ${fault.chat}`,
    fault.bot !== null && `bot ${fault.bot}`,
    fault.probability < 1 && `${Math.round(fault.probability * 10000) / 100} %`,
    fault.count > 0 && `${fault.count} more`,
    fault.from > 0 && `from ${fault.from} s on`,
    fault.for !== null && `for ${fault.for} s`,
    fault.performed && "after the call is done",
    fault.kind === "flood" && `retry after ${fault.retry_after} s`,
    fault.kind === "error" && `status ${fault.status}`,
    fault.kind === "slow" && `${fault.latency_ms} ms`,
  ].filter(Boolean);
}
