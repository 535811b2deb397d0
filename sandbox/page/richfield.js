// A text field that shows formatting: an element that people edit, read as a text with entities and drawn from one.
//
// Typing plain text is the browser's work. What has marks is changed as a value and drawn again, and so is undone.

import { element } from "./elements.js";
import * as rich from "./richtext.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const UNDO_LIMIT = 200;
const ONE_GO_MILLISECONDS = 800; // letters typed without a longer pause are undone together

export function richField(root, onChange) {
  let value = rich.EMPTY;
  let pending = null; // the marks that the next typed words get, if somebody has chosen them
  let range = [0, 0];
  let done = [];
  let undone = [];
  let typedAt = 0;
  let composing = false;

  try {
    root.contentEditable = "plaintext-only";
  } catch {
    root.contentEditable = "true";
  }
  // Others put words in as into any text field.
  Object.defineProperty(root, "value", { get: () => value.text, set: (text) => (root.textContent = text) });
  root.addEventListener("beforeinput", onBeforeInput);
  root.addEventListener("input", takeOver);
  root.addEventListener("compositionstart", () => (composing = true));
  root.addEventListener("compositionend", () => ((composing = false), takeOver()));
  root.addEventListener("paste", onPaste);
  document.addEventListener("selectionchange", noteSelection);

  function onBeforeInput(event) {
    noteSelection(); // the browser tells of changes late
    const kind = event.inputType;
    if (kind === "historyUndo" || kind === "historyRedo") {
      event.preventDefault();
      travel(kind === "historyUndo");
    } else if (kind === "insertParagraph" || kind === "insertLineBreak") {
      event.preventDefault();
      insert("\n");
    } else if (kind.startsWith("format")) {
      event.preventDefault();
    } else if (kind === "insertText" && !composing && event.data !== null && (pending || value.entities.length || event.data.includes("\n"))) {
      event.preventDefault();
      insert(event.data, pending || rich.marksAt(value, range[0]), true);
    }
  }

  function onPaste(event) {
    event.preventDefault();
    noteSelection();
    const words = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
    if (words) insert(words);
  }

  // Reads what the browser has made of the element.
  function takeOver() {
    if (composing) return;
    const before = { ...value, range };
    value = readFrom(root);
    noteSelection();
    if (!value.text) root.replaceChildren();
    else if (root.querySelector("br:not(:last-child), div, p")) draw();
    pending = null;
    remember(before, true);
    onChange();
  }

  function change(next, at, isTyping = false) {
    const before = { ...value, range };
    value = next;
    range = at;
    if (!isTyping) pending = null;
    draw();
    remember(before, isTyping);
    onChange();
  }

  function remember(before, isTyping) {
    const now = Date.now();
    if (!isTyping || now - typedAt > ONE_GO_MILLISECONDS || done.length === 0) done.push(before);
    typedAt = isTyping ? now : 0;
    done = done.slice(-UNDO_LIMIT);
    undone = [];
  }

  function travel(back) {
    const [from, to] = back ? [done, undone] : [undone, done];
    const found = from.pop();
    if (!found) return;
    to.push({ ...value, range });
    value = { text: found.text, entities: found.entities };
    range = found.range;
    typedAt = 0;
    draw();
    onChange();
  }

  function insert(words, marks = rich.marksAt(value, range[0]), isTyping = false) {
    const [from, to] = range;
    change(rich.replaced(value, from, to, words, marks), [from + words.length, from + words.length], isTyping);
    root.querySelector(":scope > :last-child")?.scrollIntoView?.({ block: "nearest" });
  }

  function draw() {
    root.replaceChildren(...pieces(value));
    if (value.text.endsWith("\n")) root.append(element("br"));
    if (document.activeElement === root) select(...range);
  }

  function select(from, to) {
    range = [from, to];
    document.getSelection().setBaseAndExtent(...pointAt(root, from), ...pointAt(root, to));
  }

  function noteSelection() {
    const found = document.getSelection();
    if (document.activeElement !== root || !found.rangeCount || !root.contains(found.anchorNode) || !root.contains(found.focusNode)) return;
    const { startContainer, startOffset, endContainer, endOffset } = found.getRangeAt(0);
    const next = [lengthBefore(root, startContainer, startOffset), lengthBefore(root, endContainer, endOffset)];
    if (next[0] !== range[0] || next[1] !== range[1]) pending = null;
    range = next;
  }

  return {
    root,
    get value() {
      return value;
    },
    get range() {
      noteSelection();
      return range;
    },
    get marks() {
      noteSelection();
      return pending || rich.marksAt(value, range[0]);
    },
    set(next = rich.EMPTY) {
      value = next;
      range = [next.text.length, next.text.length];
      pending = null;
      done = [];
      undone = [];
      draw();
      onChange();
    },
    change(next, at = range) {
      if (document.activeElement !== root) root.focus();
      change(next, at);
    },
    insert,
    undo: () => travel(true),
    redo: () => travel(false),
    choose(marks) {
      pending = marks;
    },
    focus() {
      const at = range;
      root.focus();
      select(...at);
    },
    select,
  };
}

// Elements for a value: each piece between two borders is wrapped in all the marks that it has.
function pieces({ text, entities }) {
  const borders = new Set([0, text.length]);
  entities.forEach((one) => borders.add(one.offset).add(one.offset + one.length));
  const cuts = [...borders].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((from, index) => {
    const here = entities.filter((one) => one.offset <= from && from < one.offset + one.length);
    return here.reduceRight((inner, one) => wrapped(one, inner), document.createTextNode(text.slice(from, cuts[index + 1])));
  });
}

function wrapped({ type, url, language }, inner) {
  const made = element(TAGS[type] || "span", { className: `fmt-${type}` }, inner);
  made.dataset.mark = JSON.stringify({ type, url, language });
  if (url) made.title = url;
  return made;
}

function readFrom(root) {
  const found = { text: "", entities: [] };
  const walk = (node, marks) => {
    for (const child of node.childNodes) {
      if (child.nodeName === "BR") {
        if (child !== root.lastChild) add("\n", marks);
      } else if (child.nodeType === Node.TEXT_NODE) add(child.data.replaceAll("\u00a0", " "), marks);
      else walk(child, child.dataset.mark ? [...marks, JSON.parse(child.dataset.mark)] : marks);
    }
  };
  const add = (words, marks) => {
    found.entities.push(...marks.map((mark) => ({ ...mark, offset: found.text.length, length: words.length })));
    found.text += words;
  };
  walk(root, []);
  if (found.text === "\n") found.text = ""; // what browsers leave in an empty field
  return { text: found.text, entities: found.text ? rich.merged(found.entities) : [] };
}

function lengthBefore(root, node, offset) {
  const before = document.createRange();
  before.setStart(root, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}

function pointAt(root, offset) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let left = offset;
  while (walker.nextNode()) {
    const { data } = walker.currentNode;
    if (left <= data.length && !(left === data.length && data.endsWith("\n"))) return [walker.currentNode, left];
    left -= data.length;
  }
  return [root, root.lastChild?.nodeName === "BR" ? root.childNodes.length - 1 : root.childNodes.length];
}
