// Small forms that ask for something before it is sent: each is a sheet that gives what was filled in, or null.

import { element } from "./elements.js";
import { button, form, openSheet } from "./sheet.js";

// fields: elements; read(form) gives the answer, or throws an Error whose words are shown.
export function ask({ title, about, fields, action = "Send", read }) {
  return new Promise((resolve) => {
    let answer = null;
    const fill = (body, sheet) => {
      const made = form(action, (_, filled) => ((answer = read(filled)), sheet.close()), ...fields);
      made.append(element("p", { className: "ask-actions" }, button("Cancel", sheet.close), made.lastChild));
      made.querySelector("input, textarea, .primary").autofocus = true; // not the sign that closes the sheet
      if (about) body.append(element("p", { className: "soft wrap" }, about));
      body.append(made);
    };
    openSheet(title, fill, () => resolve(answer));
  });
}

export const confirmed = (title, action, about) => ask({ title, about, fields: [], action, read: () => true });
