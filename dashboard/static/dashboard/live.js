// Keeps an open page true: htmx asks for its fragment every few seconds, this file says when not to, and whether it
// worked; and it counts the ages on. No eval, no inline handlers: the content security policy forbids both.
(() => {
  "use strict";
  const SERVER_AHEAD = Number(document.documentElement.dataset.now) * 1000 - Date.now();
  const MINUTE = 60, HOUR = 3600, DAY = 86400, SKEW = 10;
  const STEPS = [["s", 1, MINUTE], ["min", MINUTE, HOUR], ["h", HOUR, 2 * DAY], ["d", DAY, 30 * DAY]];
  const WORDS = JSON.parse(document.body.dataset.words);

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
  document.addEventListener("htmx:after:swap", () => {
    countOn();
    copyBadges();
  });
  document.addEventListener("visibilitychange", () => {
    const live = document.getElementById("live");
    if (!document.hidden && live) live.dispatchEvent(new Event("wake"));
    countOn();
  });
  setInterval(countOn, 1000);
  document.addEventListener("DOMContentLoaded", countOn);
})();
