// Small drawings, for not every system's letters have these signs.

const PATHS = {
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  app: "M4 5h16v14H4zM4 9h16",
  out: "M7 17 17 7M9 7h8v8",
  share: "M4 18c0-6 4-9 11-9M11 4l5 5-5 5",
};

export function icon(name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  path.setAttribute("d", PATHS[name]);
  made.append(path);
  return made;
}
