// For charts over time: what is pointed at is marked in all of them and said in their legends, from their tables;
// dragging over a chart opens that part of it. Without this file a click still opens a part: each is a link.
(() => {
  "use strict";
  const STEP = 10; // of charts/shapes.py: a point's width in a chart's own units
  let svg = null, from = null, to = null; // of a drag: points by their numbers

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

  // A point's row; the newest is the first.
  function say(figure, row) {
    const values = figure.querySelectorAll("[data-value]");
    values.forEach((value, number) => {
      value.dataset.last ??= value.textContent;
      value.textContent = row ? row.cells[number + 1].textContent : value.dataset.last;
    });
    figure.querySelector("[data-moment]").textContent = row ? `at ${row.cells[0].textContent}` : "";
  }

  function look(number) {
    for (const plot of plots()) {
      const figure = plot.closest("figure");
      const row = number === null ? null : figure.querySelector("tbody").rows[points(plot) - 1 - number];
      place(plot, "near", number ?? 0, number === null ? 0 : 1);
      say(figure, row);
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
  document.addEventListener("htmx:before:request", (event) => {
    if (svg) event.preventDefault();
  });
})();
