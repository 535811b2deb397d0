// A bot's Web App: the sheet says which page would open, opens it as signed for us, and sends what the page would.

import { element } from "./elements.js";
import { post } from "./server.js";
import { button, field, form, openSheet } from "./sheet.js";
import { place } from "./store.js";

// opened: { url, words, isKey }: only a page that a key under the text field opened sends data to the chat by itself.
export async function openWebApp({ url, words, isKey = false }) {
  const asked = post("/sandbox/web_app", place());
  openSheet(words, async (body, sheet) => {
    body.append(element("p", {}, "This button opens a page of the bot's maker:"), element("p", { className: "address" }, url));
    try {
      const told = await asked;
      body.append(...(isKey ? [dataForm(words, sheet)] : opened(url, told)));
    } catch (error) {
      body.append(element("p", { className: "problem" }, error.message));
    }
  });
}

function opened(url, { query_id: queryId, init_data: initData }) {
  const hash = new URLSearchParams({ tgWebAppData: initData, tgWebAppVersion: "9.0", tgWebAppPlatform: "web" });
  const link = button("Open the page", () => window.open(`${url.split("#")[0]}#${hash}`, "_blank", "noopener"), "primary");
  const about = "It is opened with initData that is signed with the bot's token. To write to this chat it gives its query_id to the bot, which calls answerWebAppQuery:";
  return [element("p", { className: "soft" }, about), element("p", { className: "address", id: "query-id" }, queryId), link];
}

function dataForm(words, sheet) {
  const data = element("textarea", { name: "data", rows: 3, required: true, maxLength: 4096 });
  const send = async (values) => {
    await post("/sandbox/web_app_data", { ...place(), data: values.data, button_text: words });
    sheet.close();
  };
  return form("Send data", send, field("What the page would send", data, "sendData of the page: 1 to 4096 bytes"));
}
