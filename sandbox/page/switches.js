// The testers' page: every switch of the control API as a form; what is shown is asked for again while it is in view.

import { byId } from "./elements.js";
import { showFaults, startFaults } from "./faults.js";
import { numbersOf } from "./forms.js";
import { toast } from "./notices.js";
import { get, post } from "./server.js";
import { showStars, showState, showStats } from "./standing.js";

const LOOK_MILLISECONDS = 2000;
const LIMITS = ["private_per_second", "private_burst", "group_per_minute", "overall_per_second", "paid_per_second"];

async function look() {
  try {
    const paths = ["faults", "stars", "stats?arrivals=0", "state/file", "limits"];
    const [faults, stars, stats, state, limits] = await Promise.all(paths.map((path) => get(`/sandbox/${path}`)));
    showFaults(faults);
    showStars(stars);
    showStats(stats);
    showState(state);
    showLimits(limits);
  } catch (error) {
    byId("standing").textContent = error.message;
  }
}

// Does what was asked, says how it went, and looks again.
async function attempt(doing, done = "") {
  try {
    await doing();
    if (done) toast(done);
  } catch (error) {
    toast(error.message);
  }
  await look();
}

let shown = "";

// Numbers that somebody is about to change stay as they are until the server's are other ones.
function showLimits(limits) {
  const told = JSON.stringify(limits);
  if (told === shown) return;
  shown = told;
  for (const name of LIMITS) byId("limits").elements[name].value = limits[name] ?? "";
  const some = LIMITS.some((name) => name !== "private_burst" && limits[name] !== null);
  byId("limits-now").textContent = some ? "On: who sends more is answered 429." : "Off: bots send as fast as they like.";
}

function setLimits(wish, done) {
  shown = "";
  return attempt(() => post("/sandbox/limits", wish), done);
}

function onSubmit(id, act) {
  byId(id).addEventListener("submit", (event) => (event.preventDefault(), act(event.target)));
}

function askThenLoad() {
  const sure = byId("sure");
  sure.returnValue = "no";
  sure.showModal();
}

startFaults(attempt);
onSubmit("outage", (form) => attempt(() => post("/sandbox/faults", { kind: "outage", ...numbersOf(form) }), "The outage has begun."));
onSubmit("limits", (form) => setLimits(numbersOf(form, LIMITS), "The limits are set."));
onSubmit("stars", (form) => attempt(() => post("/sandbox/stars", numbersOf(form, ["balance"])), "The balance is set."));
for (const button of document.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", () => setLimits({ preset: button.dataset.preset }, "The limits are set."));
}
byId("reset").addEventListener("click", () => attempt(() => post("/sandbox/stats/reset", {}), "Counting begins anew."));
byId("save").addEventListener("click", () => attempt(() => post("/sandbox/state/save", {}), "The state is saved."));
byId("load").addEventListener("click", askThenLoad);
byId("sure").addEventListener("close", () => {
  if (byId("sure").returnValue === "yes") attempt(() => post("/sandbox/state/load", {}), "The saved state is there.");
});
setInterval(() => document.hidden || look(), LOOK_MILLISECONDS);
look();
