"""What happens on the stage: each scenario reaches some sites; with one that fails it still must come to its end."""

from dataclasses import dataclass

from tests.faults.moves import (
    Play,
    again,
    asks_itself,
    condition_buttons,
    crash_button,
    crowd,
    forgotten,
    garbage,
    gone_button,
    in_turn,
    leaves,
    long_button,
    old_button,
    privacy,
    quiet,
    remembered,
    renamed,
    restart,
    says,
    settings,
    triage,
)
from tests.faults.operators import STEPS, operates
from tests.faults.strangers import strangers
from tests.faults.troubles import (
    after,
    after_an_outage,
    late_handler,
    outlasts_a_lease,
    refused,
    repeats,
    settled,
    slow_stop,
    suspect,
    thief,
    together,
    trouble,
    undeliverable,
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`play` raises UnansweredError when a person waits in vain. `mode` is the intake; empty for either."""

    name: str
    play: Play
    mode: str = ""
    cleanup: Play | None = None  # after it, without an error: what it may have left must not change the others


POLLING, WEBHOOK = "polling", "webhook"
PROBE = says("/probe", answers=2)
ABOUT = says("/about")
HANGING = refused("getUpdates", "hang", times=1)
CONFLICT = refused("getUpdates", "error", status=409, description="Conflict")
WEBHOOK_IS_SET = "can't use getUpdates method while webhook is active"

NOVEL = in_turn(says("/novel"), quiet, quiet)
REMEMBERED = in_turn(says("/remember"), quiet)
SETTLED_ABOUT = in_turn(ABOUT, quiet)
RETENTION = in_turn(trouble("trusted"), says("/job retention"))
AFTER_A_MONTH = in_turn(trouble("jumped"), says("/job retention"), says("/job stale_cleanup"))
DISPLACED = trouble("displaced", then=in_turn(quiet, quiet, quiet, quiet))
HOLD, TELL = trouble("hold"), trouble("tell")

PEOPLE = [
    Scenario("about", ABOUT),
    Scenario("start", says("/start from_a_friend")),
    Scenario("help", says("/help")),
    Scenario("language", settings("Русский")),
    Scenario("messages", settings("Turn messages off")),
    Scenario("privacy", privacy),
    Scenario("somebody forgotten", forgotten),
    Scenario("feedback", says("Hello there")),
    Scenario("unknown command", says("/nonsense")),
    Scenario("old button", old_button),
    Scenario("wrong", says("/wrong")),
    Scenario("fails", says("/fails")),
    Scenario("novel error", says("/novel")),
    Scenario("crash", says("/crash log")),
    Scenario("crash, pressed", crash_button),
    Scenario("an error resolved", triage("Resolve")),
    Scenario("an error muted", triage("Mute 1 h")),
    Scenario("an error that is gone", gone_button),
    Scenario("a condition acknowledged and silenced", condition_buttons),
    Scenario("groups of errors", says("/groups")),
    Scenario("remembered", remembered),
    Scenario("long button", long_button),
    Scenario("outbox", PROBE),
    Scenario("queues", says("/queues", answers=2)),
    Scenario("enclose", says("/enclose")),
    Scenario("keys", says("/keys")),
    Scenario("people", says("/people")),
    Scenario("again", again),
    Scenario("renamed", renamed),
    Scenario("a person who leaves", leaves),
    Scenario("a check of the process", asks_itself),
    Scenario("crowd", crowd),
    Scenario("garbage", garbage),
    Scenario("undeliverable", undeliverable),
    Scenario("many for one chat", says("/many", answers=5)),
    Scenario("quiet", quiet),
]

TROUBLE = [
    Scenario("dead process", trouble("dead")),
    Scenario("an alert", NOVEL),
    Scenario("a spike", trouble("spike")),
    Scenario("a condition that is over", trouble("over")),
    Scenario("a condition that begins", trouble("begins"), cleanup=trouble("mended")),
    Scenario("a condition that lasts", trouble("lasting"), cleanup=trouble("mended")),
    Scenario("alerts that are withdrawn", trouble("withdrawn")),
    Scenario("conditions that nobody looked at", trouble("unseen")),
    Scenario("a condition with a bug", after("error_spike: facts.now.replace", quiet)),
    Scenario("old errors and alerts", trouble("old")),
    Scenario("an alert that is lost", in_turn(NOVEL, trouble("lost"))),
    Scenario("alerts in one digest", in_turn(HOLD, says("/novel"), says("/novel"), quiet, TELL), cleanup=TELL),
    Scenario("an alert that is settled", in_turn(HOLD, triage("Resolve"), TELL), cleanup=TELL),
    Scenario("an e-mail that fails", after("AlertKeeper._try: self._mailer.send", NOVEL)),
    Scenario("a keeper that fails", after("AlertKeeper.decide: in_database", quiet)),
    Scenario("a keeper that cannot begin anew", after("AlertKeeper._work: again_and_again", DISPLACED)),
    Scenario("rival", trouble("rival", then=ABOUT)),
    Scenario("thief", thief),
    Scenario("crashed once", suspect(1)),
    Scenario("suspect", suspect(3)),
    Scenario("crashed too often", suspect(6)),
    Scenario("blocked loop", says("/block")),
    Scenario("blocked loop, database away", after("Leases._prolong: self._renew", says("/block"), "away", times=9)),
    Scenario("claim, database away", after("Worker._claim: in_database", ABOUT, "away")),
    Scenario("work that begins after its lease", outlasts_a_lease),
    Scenario("outbox' claim, database away", after("Sender._claim: in_database", PROBE, "away")),
    Scenario("heart, database away", after("Heart.beat: in_database", quiet, "away")),
    Scenario("duty, database away", after("Duty._ask: in_database", quiet, "away")),
    Scenario("a claim that cannot be completed", after("Completer._write: in_database", REMEMBERED)),
    Scenario("claims that cannot be completed", after("Completer._write: in_database", crowd)),
    Scenario("claims that pile up and cannot be completed", after_an_outage("Completer._write", crowd)),
    Scenario("messages that pile up and cannot be written", after_an_outage("Journal._write", together)),
    Scenario("a message that cannot be written", after("Journal._write: in_database", PROBE, times=3)),
    Scenario("an end that cannot be written", after("_write_ends: sql.table", PROBE, times=2)),
    Scenario("a message that cannot begin", after("Journal.begin: self._put", PROBE)),
    Scenario("a bug of the sending", after("Sender._send: self._deliver", in_turn(says("/probe"), quiet))),
    Scenario("lanes that cannot begin", after("Worker._start: asyncio.create_task", ABOUT)),
    Scenario(
        "a lane that is not given back",
        after("Worker._run_lane: self._completer.put(Progress(lane, (), ", SETTLED_ABOUT),
    ),
    Scenario("messages that cannot begin", after("Sender._start: asyncio.create_task", PROBE)),
    Scenario("a chat that is not given back", after("Sender._send_lane: self._journal.put", in_turn(PROBE, quiet))),
    Scenario("a bug of the pipeline", after("Pending.now: timedelta", SETTLED_ABOUT, skip=3)),
    Scenario("a duty that ends with a bug", after("Duty._take: asyncio.shield", quiet)),
]

JOB_NAMES = ("roll_up", "people_activity", "retention", "stale_cleanup", "backup", "erasures")
JOBS = [
    *(Scenario(f"job {name}", says(f"/job {name}")) for name in JOB_NAMES),
    Scenario("a job that copies a database", says("/job copying")),
    Scenario("a copy that is not finished", after("_verify: copy.open", says("/job copying"))),
    Scenario("a kind of rows that fails", after("ByKey._batch: self._due", RETENTION)),
    Scenario("retention that never looked", RETENTION),
    Scenario("retention after a month", AFTER_A_MONTH, cleanup=trouble("trusted")),
    Scenario("a job that fails", says("/job failing")),
    Scenario("a job that lasts", says("/job patient")),
    Scenario("a job that hangs", in_turn(says("/job deaf"), says("/job deaf"))),
    Scenario("a job that leaves", says("/job leaving")),
    Scenario("a job that is due", in_turn(says("/begin leaving late"), quiet)),
    Scenario("a job that was missed", in_turn(says("/begin punctual missed"), quiet, quiet)),
    Scenario("a job that another process takes", in_turn(says("/begin patient stolen"), says("/job punctual"))),
    Scenario("jobs that differ from the code", in_turn(says("/begin punctual retired"), quiet)),
    Scenario("jobs that somebody decides about", says("/decide")),
    Scenario("jobs, database away", after("JobRunner._turn: in_database", says("/job punctual"), "away")),
    Scenario("a job whose runner fails", in_turn(says("/begin patient"), after("JobRunner._turn: time", quiet))),
]

INTAKE = [
    Scenario("bad gateway", refused("getUpdates", "bad_gateway"), POLLING),
    Scenario("a conflict of a new loop", after("Poller.run: _last_number", in_turn(ABOUT, CONFLICT)), POLLING),
    Scenario("a conflict later", settled(CONFLICT), POLLING),
    Scenario(
        "a webhook is set", settled(refused("getUpdates", "error", status=409, description=WEBHOOK_IS_SET)), POLLING
    ),
    Scenario("deaf", refused("getUpdates", "error", times=40, status=502), POLLING),
    Scenario("hanging poll", HANGING, POLLING),
    Scenario("a hanging poll that ends badly", after("may_pass: isinstance", HANGING), POLLING),
    Scenario("token rejected once", refused("getUpdates", "unauthorized", times=1), POLLING),
    Scenario("repeats", repeats, POLLING),
    Scenario("together", together, POLLING),
    Scenario("together, not completed", after("Completer._write: in_database", together), POLLING),
    Scenario("together, not written", after("Journal._write: in_database", together), POLLING),
    Scenario("accepting, database away", after("Poller._accept: in_database", ABOUT, "away"), POLLING),
    Scenario("a poll loop that dies", after("Poller.run: _last_number", ABOUT), POLLING),
    Scenario("intake ends with a bug", after("PollingSupervisor._poll_once: polling.done", SETTLED_ABOUT), POLLING),
    Scenario("webhook refused", refused("getWebhookInfo", "error", times=2, status=500), WEBHOOK),
    Scenario("committing, database away", after("GroupCommit._commit: in_database", ABOUT, "away"), WEBHOOK),
    Scenario("strangers", strangers, WEBHOOK),
]

STOPS = [
    Scenario("restart", restart),
    Scenario("restart after an outage", trouble("away", 3, then=restart), POLLING),
    Scenario("restart after days", trouble("away", 30, then=restart), POLLING),
    Scenario("restart of an unknown bot", trouble("forgotten", then=restart)),
    Scenario("restart with a gap", trouble("gap", then=restart), POLLING),
    Scenario("slow stop", slow_stop),
    Scenario("late handler", late_handler),
    Scenario("restart while a job lasts", in_turn(says("/begin patient"), restart)),
    Scenario("restart while a job hangs", in_turn(says("/begin deaf"), restart)),
]

AFTERWARDS = {"maintenance": operates("maintenance is over"), "alerts": TELL}
OPERATORS = [Scenario(f"an owner: {name}", operates(name), cleanup=AFTERWARDS.get(name)) for name in STEPS]

SCENARIOS = PEOPLE + OPERATORS + TROUBLE + JOBS + INTAKE + STOPS
