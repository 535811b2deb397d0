// A sheet over the page: a dialog with a title, made when it is wanted, and small forms in it.

import { element } from "./elements.js";

let sheets = 0;

// fill(body, sheet) puts the content in; the sheet has close() and, to draw it again, redraw().
export function openSheet(title, fill, onClose = () => {}) {
  const number = (sheets += 1);
  const heading = element("h2", { id: `sheet-${number}` }, title);
  const close = element("button", { type: "button", className: "round" }, "✕");
  const body = element("div", { className: "sheet-body" });
  const made = element("dialog", { className: "sheet" }, element("header", {}, heading, close), body);
  const sheet = { title: (words) => (heading.textContent = words), close: () => made.close(), redraw: () => draw(fill, body, sheet), body };
  made.setAttribute("aria-labelledby", heading.id);
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", sheet.close);
  made.addEventListener("click", (event) => event.target === made && sheet.close());
  made.addEventListener("close", () => (made.remove(), onClose()));
  document.body.append(made);
  sheet.redraw();
  made.showModal();
  return sheet;
}

// Keeps the place and the focus, by what an element is called, although the content is new.
function draw(fill, body, sheet) {
  const { scrollTop } = body;
  const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  body.replaceChildren();
  fill(body, sheet);
  body.scrollTop = scrollTop;
  if (focused) body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function button(words, onDo, className = "quiet") {
  const made = element("button", { type: "button", className }, words);
  made.addEventListener("click", () => onDo(made));
  return made;
}

// A labelled field; the label is the words above it, or beside a box to tick.
export function field(words, input, hint = "") {
  const isBox = ["checkbox", "radio"].includes(input.type);
  const label = element("span", { className: "label" }, words);
  const made = element("label", { className: isBox ? "box" : "field" }, ...(isBox ? [input, label] : [label, input]));
  if (hint) made.append(element("span", { className: "hint" }, hint));
  return made;
}

export const input = (name, more = {}) => element("input", { type: "text", name, autocomplete: "off", ...more });

export function choice(name, options, chosen = "") {
  const made = element("select", { name }, ...options.map(([value, words]) => element("option", { value }, words)));
  if (chosen) made.value = chosen;
  return made;
}

// A form whose onSubmit(values, form) may fail; then it says why. Ticked boxes of one name are a list.
export function form(words, onSubmit, ...content) {
  const problem = element("p", { className: "problem", hidden: true });
  const done = element("button", { className: "primary" }, words);
  const made = element("form", { className: "stack" }, ...content, problem, done);
  problem.setAttribute("role", "alert");
  done.dataset.key = words;
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    done.disabled = true;
    problem.hidden = true;
    try {
      await onSubmit(valuesOf(made), made);
      done.focus();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    } finally {
      done.disabled = false;
    }
  });
  return made;
}

function valuesOf(made) {
  const values = {};
  for (const one of made.elements) {
    if (!one.name || one.disabled) continue;
    if (one.type === "checkbox" && one.value !== "on") values[one.name] = [...(values[one.name] || []), ...(one.checked ? [one.value] : [])];
    else if (one.type === "checkbox") values[one.name] = one.checked;
    else if (one.type !== "radio" || one.checked) values[one.name] = one.value.trim();
  }
  return values;
}
