// One call as a row that opens: what was asked, and what was answered.

import { element } from "./elements.js";

const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

export function callElement(call) {
  const row = element("summary", { className: "call" });
  const at = new Date(call.at * 1000);
  row.append(
    element("time", { className: "at", dateTime: at.toISOString() }, TIME.format(at)),
    element("span", { className: `status ${kindOf(call.status)}` }, call.status),
    element("strong", { className: "method" }, call.method),
    element("span", { className: "about" }, about(call)),
    element("span", { className: "took" }, took(call.milliseconds)),
  );
  const details = element("details", {}, row);
  details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(body(call)));
  const made = element("li", {}, details);
  made.dataset.id = call.id;
  return made;
}

function kindOf(status) {
  if (status === "200") return "good";
  return status.startsWith("4") ? "refused" : "bad";
}

function about(call) {
  const parts = [call.chat && `chat ${call.chat}`, call.fault && `fault ${call.fault.kind}`, words(call)];
  return parts.filter(Boolean).join(" · ");
}

// What tells one call from another at a glance: why it failed, or what was said.
function words(call) {
  const answer = parsed(call.answer);
  if (answer && answer.ok === false) return answer.description;
  const { text, caption, action, url, commands } = call.parameters;
  return text || caption || action || url || commands || "";
}

function took(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return milliseconds >= 10 ? `${Math.round(milliseconds)} ms` : `${milliseconds.toFixed(1)} ms`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function body(call) {
  const answer = parsed(call.answer);
  const parameters = element("dl", { className: "parameters" });
  for (const [name, value] of Object.entries(call.parameters)) {
    parameters.append(element("dt", {}, name), element("dd", {}, value));
  }
  const given = Object.keys(call.parameters).length ? parameters : element("p", { className: "soft" }, "No parameters.");
  const fault = call.fault ? [part("Fault", element("p", {}, `${call.fault.kind} (number ${call.fault.id})`))] : [];
  const shown = answer ? JSON.stringify(answer, null, 2) : call.answer;
  const answered = shown ? element("pre", { tabIndex: 0 }, shown) : element("p", { className: "soft" }, "No answer was seen.");
  return element("div", { className: "call-body" }, part(`Parameters · bot ${call.bot}`, given), ...fault, part("Answer", answered));
}

const part = (title, content) => element("section", {}, element("h2", {}, title), content);
