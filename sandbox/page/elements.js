// Making elements without ever parsing HTML: text from people and bots only becomes text.

export const byId = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function avatar(name, number, isBot) {
  const initials = [...name].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const shown = name === "No name" ? "?" : (initials[0] || "?").toUpperCase();
  const made = element("span", { className: `avatar colour-${isBot ? "bot" : Math.abs(number) % 6}` }, shown);
  made.setAttribute("aria-hidden", "true");
  return made;
}

// Something in a message that does a thing of the page; a real <button> there is always one of the bot's.
export function doing(className, onDo, ...children) {
  const made = element("span", { className, tabIndex: 0 }, ...children);
  made.setAttribute("role", "link");
  made.addEventListener("click", onDo);
  made.addEventListener("keydown", (event) => event.key === "Enter" && onDo());
  return made;
}

// Only these addresses become links, whatever a message says.
export function safeAddress(address) {
  try {
    const url = new URL(address.includes("://") ? address : `http://${address}`);
    return ["http:", "https:", "tg:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// A page of somebody else in a window of its own, which has no way back to ours.
export function openOutside(address) {
  const href = safeAddress(address);
  if (!href?.startsWith("http")) throw new Error("This is no address of a page.");
  window.open(href, "_blank", "noopener,noreferrer");
}

export function outsideLink(address, className, ...children) {
  const href = safeAddress(address);
  if (!href) return element("span", { className }, ...children);
  return element("a", { className, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
