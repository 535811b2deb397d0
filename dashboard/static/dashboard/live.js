// Keeps an open page true: htmx asks for its fragment every few seconds, this file says when not to, and whether it
// worked; and it counts the ages on. No eval, no inline handlers: the content security policy forbids both.
(() => {
  "use strict";
  const SERVER_AHEAD = Number(document.documentElement.dataset.now) * 1000 - Date.now();
  const MINUTE = 60, HOUR = 3600, DAY = 86400, SKEW = 10;
  const UNITS = [["s", 1, MINUTE], ["min", MINUTE, HOUR], ["h", HOUR, 2 * DAY], ["d", DAY, 30 * DAY]];

  // The same words as templatetags/console.py.
  function distance(moment) {
    const seconds = Math.trunc((Date.now() + SERVER_AHEAD - Date.parse(moment)) / 1000);
    if (seconds > -SKEW && seconds < 1) return "just now";
    for (const [unit, length, limit] of UNITS) {
      if (Math.abs(seconds) >= limit) continue;
      const count = Math.floor(Math.abs(seconds) / length);
      return seconds > 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
    }
    return moment.slice(0, 10);
  }

  function countOn() {
    if (document.hidden) return;
    for (const element of document.querySelectorAll("time[datetime]:not([data-fixed])")) {
      let words = distance(element.dateTime);
      if ("since" in element.dataset) words = words.replace(/ ago$/, "");
      if (element.textContent !== words) element.textContent = words;
    }
  }

  function say(words, dot) {
    const state = document.getElementById("live-state");
    if (!state || state.querySelector(".words").textContent === words) return;
    state.querySelector(".words").textContent = words;
    state.querySelector(".dot").className = `dot ${dot}`;
  }

  let answeredAt = new Date();
  function failed() {
    say(`Not refreshed since ${answeredAt.toLocaleTimeString()}, trying again`, "late");
  }

  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden) event.preventDefault();
  });
  document.addEventListener("htmx:after:request", (event) => {
    if (event.detail.ctx.response.status >= 400) return failed();
    answeredAt = new Date();
    say("Live", "good");
  });
  document.addEventListener("htmx:error", failed);
  document.addEventListener("htmx:after:swap", countOn);
  document.addEventListener("visibilitychange", () => {
    const live = document.getElementById("live");
    if (!document.hidden && live) live.dispatchEvent(new Event("wake"));
    countOn();
  });
  setInterval(countOn, 1000);
  document.addEventListener("DOMContentLoaded", countOn);
})();
