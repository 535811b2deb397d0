// Keeps an open page true: htmx asks for its fragment every few seconds, this file says when not to, and whether it
// worked; and it counts the ages on. No eval, no inline handlers: the content security policy forbids both.
(() => {
  "use strict";
  const SERVER_AHEAD = Number(document.documentElement.dataset.now) * 1000 - Date.now();
  const MINUTE = 60, HOUR = 3600, DAY = 86400, SKEW = 10;
  const STEPS = [["s", 1, MINUTE], ["min", MINUTE, HOUR], ["h", HOUR, 2 * DAY], ["d", DAY, 30 * DAY]];
  const WORDS = JSON.parse(document.body.dataset.words);
  const TITLE = document.title.replace(/^(● )?(\(\d+\) )?/, "");

  // The same as distances.py, which gave the words.
  function distance(moment, isLength) {
    const seconds = Math.trunc((Date.now() + SERVER_AHEAD - Date.parse(moment)) / 1000);
    if (seconds > -SKEW && seconds < 1) return WORDS.now;
    for (const [unit, length, limit] of STEPS) {
      if (Math.abs(seconds) >= limit) continue;
      const long = WORDS[unit].replace("%(n)s", Math.floor(Math.abs(seconds) / length));
      if (seconds > 0 && isLength) return long;
      return WORDS[seconds > 0 ? "ago" : "in"].replace("%(length)s", long);
    }
    return moment.slice(0, 10);
  }

  function countOn() {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[datetime]:not([data-fixed])")) {
      const words = distance(element.dateTime, "since" in element.dataset);
      if (element.textContent !== words) element.textContent = words;
    }
  }

  // A phone's bar shows badges of the sheet a second time.
  function copyBadges() {
    for (const copy of document.querySelectorAll("[data-copy-of]")) {
      const badge = document.getElementById(copy.dataset.copyOf);
      if (!badge) continue;
      copy.hidden = badge.hidden;
      copy.replaceChildren(...badge.cloneNode(true).childNodes);
    }
  }

  function count(name) {
    const badge = document.getElementById(name);
    return badge && !badge.hidden ? parseInt(badge.textContent, 10) : 0;
  }

  // As parts/tab_state.html says it of a page that is opened.
  function tellInTab() {
    const alerts = count("alert-badge"), all = alerts + count("error-badge"), icon = document.getElementById("icon");
    const title = `${alerts ? "● " : ""}${all ? `(${all}) ` : ""}${TITLE}`;
    const address = alerts ? icon.dataset.down : icon.dataset.well;
    if (document.title !== title) document.title = title;
    if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
  }

  const live = document.getElementById("live-state");
  let answeredAt = new Date(), isOut = false;
  if (live) live.hidden = false; // without this file nothing is live

  // `name` is "well", "late", or "out" when the session has ended: nothing that was typed is lost by a jump.
  function say(name) {
    isOut = name === "out";
    if (!live) return;
    const words = live.dataset[name].replace("{time}", answeredAt.toLocaleTimeString());
    if (live.querySelector(".words").textContent === words) return;
    live.querySelector(".words").textContent = words;
    live.querySelector(".dot").className = `dot ${name === "well" ? "good" : "late"}`;
    live.querySelector("[data-again]").hidden = name !== "late";
    live.querySelector("[data-login]").hidden = name !== "out";
  }

  function refresh() {
    isOut = false; // perhaps somebody has logged in in another tab
    document.getElementById("live")?.dispatchEvent(new Event("wake"));
  }

  // What does not come is an answer like any other; htmx would write a stack trace into the console.
  async function answer(fetching, ...asked) {
    try {
      const found = await fetching(...asked);
      await found.clone().text(); // it may break off
      return found;
    } catch (error) {
      if (error?.name === "AbortError") throw error; // somebody has left the page
      return new Response(null, { status: 503 });
    }
  }

  for (const link of document.querySelectorAll("[data-login]")) {
    link.search = new URLSearchParams({ next: location.pathname + location.search });
  }
  live?.querySelector("[data-again]").addEventListener("click", refresh);
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden || isOut) event.preventDefault();
    const { ctx } = event.detail;
    ctx.fetch = answer.bind(null, ctx.fetch);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const { status } = event.detail.ctx.response;
    if (status >= 400) return say(status === 401 ? "out" : "late");
    answeredAt = new Date();
    say("well");
  });
  document.addEventListener("htmx:error", () => say("late"));
  document.addEventListener("htmx:after:swap", () => {
    countOn();
    copyBadges();
    tellInTab();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) refresh();
    countOn();
  });
  setInterval(countOn, 1000);
  document.addEventListener("DOMContentLoaded", countOn);
})();
