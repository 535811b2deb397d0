// For charts over time: what is pointed at is marked in all of them and said in their legends, by texts that are fetched
// then; dragging over a chart opens that part of it. Without this file a click still opens a part: each is a link.
(() => {
  "use strict";
  const STEP = 10; // of charts/shapes.py: a point's width in a chart's own units
  let svg = null, from = null, to = null; // of a drag: points by their numbers
  let near = null, told = {}; // the point that is pointed at; and the texts of all

  const plots = () => document.querySelectorAll("svg[data-zoom]");
  const points = (plot) => plot.viewBox.baseVal.width / STEP;

  function pointed(event, plot) {
    const box = plot.getBoundingClientRect();
    const number = Math.floor((event.clientX - box.left) / box.width * points(plot));
    return Math.max(0, Math.min(points(plot) - 1, number));
  }

  function place(plot, name, first, count) {
    const rect = plot.querySelector(`rect.${name}`);
    rect.setAttribute("x", first * STEP);
    rect.setAttribute("width", count * STEP);
  }

  // What the lines say at each point: of one range at a time, and anew when its charts have moved on.
  async function fetched(plot) {
    const { first, width } = plot.dataset, asked = `${location.search} ${first} ${width}`;
    if (asked !== told.asked) {
      const query = new URLSearchParams(location.search);
      query.set("part", "numbers");
      told = { asked, said: fetch(`?${query}`).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null) };
    }
    return told.said;
  }

  function say(figure, texts, moment) {
    figure.querySelectorAll("[data-value]").forEach((value, number) => {
      value.dataset.last ??= value.textContent;
      value.textContent = texts?.[number] ?? value.dataset.last;
    });
    figure.querySelector("[data-moment]").textContent = texts ? moment : "";
  }

  async function look(number) {
    if (number === near) return;
    near = number;
    for (const plot of plots()) place(plot, "near", number ?? 0, number === null ? 0 : 1);
    const first = plots()[0];
    const said = number === null || !first ? null : await fetched(first);
    if (near !== number) return; // it has moved on meanwhile
    for (const plot of plots()) {
      const figure = plot.closest("figure"), name = figure.id.slice("chart-".length);
      // Between the charts and their texts a new point may have begun.
      const at = said && number + (Number(plot.dataset.first) - said.first) / said.seconds;
      say(figure, said?.charts[name]?.[at], said?.moments[at]);
    }
  }

  function span() {
    return svg && from !== to ? [Math.min(from, to), Math.abs(from - to) + 1] : [0, 0];
  }

  function open(plot) {
    const [first, count] = span(), { first: begin, width } = plot.dataset;
    const moment = (number) => Math.min((Number(begin) + number * Number(width)) * 1000, Date.now());
    const written = (number) => new Date(moment(number)).toISOString().slice(0, 16);
    location.assign(`?since=${written(first)}&until=${written(first + count)}#charts`);
  }

  document.addEventListener("pointerdown", (event) => {
    const plot = event.target.closest?.("svg[data-zoom]");
    svg = event.button === 0 && event.pointerType === "mouse" ? plot : null;
    if (svg) from = to = pointed(event, svg);
  });
  document.addEventListener("pointermove", (event) => {
    const plot = svg ?? event.target.closest?.("svg[data-zoom]");
    look(plot ? pointed(event, plot) : null);
    if (!svg) return;
    to = pointed(event, svg);
    for (const each of plots()) place(each, "chosen", ...span());
  });
  document.addEventListener("pointerup", () => {
    if (svg && from !== to) open(svg);
  });
  // The end of a drag is a click too; and the browser would drag the link itself.
  document.addEventListener("click", (event) => {
    if (svg && from !== to) event.preventDefault();
    svg = null;
  }, true);
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.("svg[data-zoom]")) event.preventDefault();
  });
  document.addEventListener("htmx:after:swap", () => {
    near = undefined; // the charts may be new
  });
  document.addEventListener("htmx:before:request", (event) => {
    if (svg) event.preventDefault();
  });
})();
