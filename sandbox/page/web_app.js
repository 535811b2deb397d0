// A bot's Web App: the sheet says which page would open, and opens it as signed for us. A key's Web App has neither query_id nor initData: things.js.

import { element, openOutside } from "./elements.js";
import { post } from "./server.js";
import { button, openSheet } from "./sheet.js";
import { place } from "./store.js";

export function openWebApp({ url, words }) {
  const asked = post("/sandbox/web_app", place());
  openSheet(words, async (body) => {
    body.append(element("p", {}, "This button opens a page of the bot's maker:"), element("p", { className: "address" }, url));
    try {
      body.append(...opened(url, await asked));
    } catch (error) {
      body.append(element("p", { className: "problem" }, error.message));
    }
  });
}

function opened(url, { query_id: queryId, init_data: initData }) {
  const hash = new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: "9.0", tgWebAppPlatform: "web" });
  const problem = element("p", { className: "problem", hidden: true });
  const open = () => {
    try {
      openOutside(`${url}${fragmentSign(url)}${hash}`);
    } catch (error) {
      Object.assign(problem, { textContent: error.message, hidden: false });
    }
  };
  const link = button("Open the page", open, "primary");
  const about = "It is opened with initData that is signed with the bot's token. To write to this chat it gives its query_id to the bot, which calls answerWebAppQuery:";
  return [element("p", { className: "soft" }, about), element("p", { className: "address", id: "query-id" }, queryId), problem, link];
}

// A page's own fragment stays: telegram-web-app.js reads the data behind its question mark.
function fragmentSign(url) {
  const [, fragment] = url.split("#");
  if (fragment === undefined) return "#";
  return /[?=]/.test(fragment) ? "&" : "?";
}
