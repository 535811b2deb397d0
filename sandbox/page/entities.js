// A message's text with its entities, as elements. Offsets count UTF-16 units, as JavaScript strings do.

import { doing, element, outsideLink } from "./elements.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

export function formatted(text, entities, onCommand) {
  const sorted = [...(entities || [])].sort((one, other) => one.offset - other.offset || other.length - one.length);
  return pieces(text, sorted, 0, text.length, onCommand);
}

function pieces(text, entities, start, end, onCommand) {
  const made = document.createDocumentFragment();
  let at = start;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (from >= to) continue;
    const rest = entities.slice(index + 1);
    const inside = rest.filter((other) => other.offset < to);
    made.append(text.slice(at, from), wrapped(entity, text.slice(from, to), pieces(text, inside, from, to, onCommand), onCommand));
    at = to;
  }
  made.append(text.slice(at, end));
  return made;
}

function wrapped(entity, words, content, onCommand) {
  switch (entity.type) {
    case "url":
      return outsideLink(words, "link", content);
    case "text_link":
      return outsideLink(entity.url, "link", content);
    case "bot_command":
      return doing("command", () => onCommand(words), words);
    case "pre":
      return element("pre", { title: entity.language || "" }, element("code", {}, content));
    case "spoiler":
      return spoiler(content);
    case "mention":
      return mention(words, content);
    case "text_mention":
      return element("span", { className: "mention" }, content);
    default:
      return element(TAGS[entity.type] || "span", {}, content);
  }
}

// Whoever holds the text decides where a name leads.
function mention(words, content) {
  const made = doing("mention", () => made.dispatchEvent(new CustomEvent("mention", { detail: words, bubbles: true })), content);
  return made;
}

function spoiler(content) {
  const made = element("span", { className: "spoiler", tabIndex: 0, title: "Show" }, content);
  made.setAttribute("role", "button");
  made.setAttribute("aria-label", "Hidden text: show");
  const show = () => {
    made.className = "spoiler shown";
    made.removeAttribute("role");
    made.removeAttribute("aria-label");
    made.removeAttribute("title");
  };
  made.addEventListener("click", show);
  made.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), show()));
  return made;
}
