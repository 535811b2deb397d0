// Small forms that ask for something before it is sent: each is a dialog that gives what was filled in, or null.

import { element } from "./elements.js";

let last = 0;

// fields: elements; read(form) gives the answer, or throws an Error whose words are shown.
export function ask({ title, about, fields, action = "Send", read }) {
  const id = `dialog-${(last += 1)}`;
  const wrong = element("p", { className: "ask-wrong" });
  wrong.setAttribute("role", "alert");
  const cancel = element("button", { type: "button", className: "quiet" }, "Cancel");
  const go = element("button", { type: "submit", className: "primary" }, action);
  const form = element("form", { autocomplete: "off" }, element("h2", { id }, title));
  if (about) form.append(element("p", { className: "ask-about" }, about));
  form.append(...fields, wrong, element("p", { className: "ask-actions" }, cancel, go));
  const dialog = element("dialog", { className: "ask" }, form);
  dialog.setAttribute("aria-labelledby", id);
  document.body.append(dialog);
  const opener = document.activeElement;
  return new Promise((resolve) => {
    let answer = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      try {
        answer = read(form);
        dialog.close();
      } catch (error) {
        wrong.textContent = error.message;
      }
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      opener?.focus();
      resolve(answer);
    });
    dialog.showModal();
  });
}

export function labeled(label, name, properties = {}) {
  const field = element(properties.rows ? "textarea" : "input", { name, ...properties });
  return element("label", { className: "labeled" }, element("span", {}, label), field);
}

export function ticked(label, name, properties = {}) {
  const box = element("input", { type: "checkbox", name, ...properties });
  return element("label", { className: "ticked" }, box, element("span", {}, label));
}

export const confirmed = (title, action, about) => ask({ title, about, fields: [], action, read: () => true });
