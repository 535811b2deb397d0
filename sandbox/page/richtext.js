// A text with its entities, as values: words are put in, marks are put on and taken off. Offsets are UTF-16 units.

const CODES = ["code", "pre"]; // nothing else stands in them
const BLOCKS = ["pre", "blockquote"]; // they take whole lines

export const EMPTY = { text: "", entities: [] };

const end = (entity) => entity.offset + entity.length;
const overlaps = (entity, from, to) => entity.offset < to && from < end(entity);
const isSame = (one, other) => one.type === other.type && one.url === other.url && one.language === other.language;

// Sorted; what touches another of the same kind becomes one with it.
export function merged(entities) {
  const found = [];
  const sorted = entities.filter((one) => one.length > 0).sort((one, other) => one.offset - other.offset || other.length - one.length);
  for (const entity of sorted) {
    const before = found.find((one) => isSame(one, entity) && entity.offset <= end(one));
    if (before) before.length = Math.max(end(before), end(entity)) - before.offset;
    else found.push({ ...entity });
  }
  return found;
}

export function has(value, type, from, to) {
  let at = from;
  for (const one of value.entities) {
    if (one.type === type && one.offset <= at) at = Math.max(at, end(one));
  }
  return at >= to && from < to;
}

export const find = (value, type, from, to) =>
  value.entities.find((one) => one.type === type && overlaps(one, from, Math.max(to, from + 1)));

// What is left of the entities when those of some types are taken off a range.
function without(entities, isTaken, from, to) {
  return entities.flatMap((one) => {
    if (!isTaken(one) || !overlaps(one, from, to)) return [one];
    return [
      { ...one, length: from - one.offset },
      { ...one, offset: to, length: end(one) - to },
    ].filter((part) => part.length > 0);
  });
}

export const cleared = (value, from, to) => ({ ...value, entities: without(value.entities, () => true, from, to) });

export const unmarked = (value, type, from, to) => ({ ...value, entities: without(value.entities, (one) => one.type === type, from, to) });

// Puts a mark ({ type, url? }) on a range; a link replaces a link, and code stands alone.
export function marked(value, mark, from, to) {
  const [start, stop] = BLOCKS.includes(mark.type) ? wholeLines(value.text, from, to) : [from, to];
  const gone = (one) =>
    one.type === mark.type || (one.type !== "blockquote" && mark.type !== "blockquote" && (CODES.includes(mark.type) || CODES.includes(one.type)));
  const kept = without(value.entities, gone, start, stop);
  return { ...value, entities: merged([...kept, { ...mark, offset: start, length: stop - start }]) };
}

export function toggled(value, type, from, to) {
  return has(value, type, from, to) ? unmarked(value, type, from, to) : marked(value, { type }, from, to);
}

function wholeLines(text, from, to) {
  const next = text.indexOf("\n", Math.max(to - 1, from));
  return [text.lastIndexOf("\n", from - 1) + 1, next < 0 ? text.length : next];
}

// Puts words in the place of a range; they have the given marks and no others.
export function replaced({ text, entities }, from, to, words, marks = []) {
  const shift = words.length - (to - from);
  const moved = entities.flatMap((one) => {
    const before = { ...one, length: Math.min(end(one), from) - one.offset };
    const start = Math.max(one.offset, to);
    const after = { ...one, offset: start + shift, length: end(one) - start };
    return [before, after].filter((part) => part.length > 0);
  });
  const added = marks.map((mark) => ({ ...mark, offset: from, length: words.length }));
  return { text: text.slice(0, from) + words + text.slice(to), entities: merged([...moved, ...added]) };
}

// The marks that words typed at a place get: styles go on, code, links and quotes only within themselves.
export function marksAt({ entities }, at) {
  const inside = entities.filter((one) => {
    const goesOn = !CODES.includes(one.type) && one.type !== "text_link";
    return one.offset < at && (goesOn ? at <= end(one) : at < end(one));
  });
  return inside.map(({ offset, length, ...mark }) => mark);
}

// Two texts, one under the other.
export function joined(one, other) {
  if (!one.text || !other.text) return one.text ? one : other;
  const shift = one.text.length + 1;
  const moved = other.entities.map((entity) => ({ ...entity, offset: entity.offset + shift }));
  return { text: `${one.text}\n${other.text}`, entities: merged([...one.entities, ...moved]) };
}
