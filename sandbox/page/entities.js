// A message's text with its entities, as elements. Offsets count UTF-16 units, as JavaScript strings do.

import { doing, element, outsideLink } from "./elements.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote",
};

const FOLDED_LINES = 3; // as style.css has it
const FOLDED_LENGTH = 150; // about three lines, too
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];

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
    at = BLOCKS.includes(entity.type) && text[to] === "\n" ? Math.min(to + 1, end) : to; // a block ends its line by itself
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
    case "email":
      return element("a", { className: "link", href: `mailto:${words}` }, content);
    case "phone_number":
      return element("a", { className: "link", href: `tel:${words.replace(/[^\d+]/g, "")}` }, content);
    case "hashtag":
    case "cashtag":
      return element("span", { className: "tag" }, content);
    case "expandable_blockquote":
      return foldable(words, content);
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

// A long quote shows its first lines until somebody presses it.
function foldable(words, content) {
  if (words.split("\n").length <= FOLDED_LINES && words.length <= FOLDED_LENGTH) return element("blockquote", {}, content);
  const made = element("blockquote", {}, element("span", { className: "folded" }, content));
  const open = doing("unfold", () => (made.firstChild.classList.remove("folded"), open.remove()), "Show all");
  made.append(open);
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
