"""The campaign on the stage: which scenario reaches which site, then an error at each site, judged."""

from collections.abc import Callable, Sequence
from functools import partial

from tests.faults.scenarios import SCENARIOS, Scenario
from tests.faults.sites import Site
from tests.faults.stage import Stage
from tests.faults.verdicts import Verdict
from tests.faults.waits import UnansweredError, wait_for

TRIES = 8  # scenarios, or repetitions of one, at least, until the error is raised
FIRE_SECONDS = 2.0  # how long after a scenario its site may still be passed by a loop
RECORD_SECONDS = 5.0

Reach = dict[int, list[Scenario]]


def playable(stage: Stage) -> list[Scenario]:
    """Return the scenarios for the stage's intake."""
    return [scenario for scenario in SCENARIOS if scenario.mode in {"", stage.mode}]


def record(stage: Stage, say: Callable[[str], None], names: Sequence[str] = ()) -> Reach:
    """Play all scenarios, or those with these names, without an error; return which reach each site, in their order."""
    reach: Reach = {}
    stage.child.tell("passed")
    for scenario in playable(stage):
        if names and scenario.name not in names:
            continue
        try:
            scenario.play(stage)
        except UnansweredError as exc:
            say(f"{stage.mode}, without an error, {scenario.name}: never: {exc}")
        stage.child.tell("disarm")
        if scenario.cleanup:
            scenario.cleanup(stage)
        for number in stage.child.tell("passed")["passed"]:
            reach.setdefault(number, []).append(scenario)
    return reach


def judge(stage: Stage, site: Site, scenarios: Sequence[Scenario], *, sticky: bool) -> Verdict:
    """Raise an error at the site and judge what becomes of it."""
    verdict = Verdict(site, sticky=sticky)
    for number in range(max(TRIES, 2 * len(scenarios))):  # each twice: some reach it by chance only
        scenario = scenarios[number % len(scenarios)]
        try:
            _try(stage, scenario, verdict)
        except UnansweredError as exc:  # the process itself does not answer
            verdict.reached, verdict.survived = True, False
            verdict.words.append(f"never: {exc}")
            anew(stage)
        if verdict.reached:
            break
    return verdict


def _try(stage: Stage, scenario: Scenario, verdict: Verdict) -> None:
    """Play a scenario with the site armed."""
    verdict.scenario, verdict.words = scenario.name, []
    deaths = len(stage.state()["deaths"])
    stage.arm(verdict.site.number, times=10**6 if verdict.sticky else 1)
    verdict.answered = _holds(lambda: scenario.play(stage), verdict)
    _holds(lambda: wait_for(lambda: stage.state()["fired"], "", FIRE_SECONDS))
    if not verdict.answered and not stage.child.alive:
        verdict.words.append("the process is gone")
    stage.child.tell("disarm")
    if scenario.cleanup:
        _holds(partial(scenario.cleanup, stage))
    verdict.reached = bool(stage.state()["fired"])
    if not verdict.reached:
        return
    verdict.survived = _holds(stage.look, verdict)
    if verdict.survived:
        _holds(lambda: wait_for(lambda: stage.state()["records"], "", RECORD_SECONDS))
    state = stage.state()
    verdict.records = len(state["records"])
    if died := state["deaths"][deaths:]:
        verdict.survived = False
        verdict.words += [f"the bot ended: {words}" for words in died]
    if not verdict.survived:
        anew(stage)


def anew(stage: Stage) -> None:
    """Start the process anew after something broke."""
    stage.captured += stage.child.captured
    stage.child.end()
    stage.start()


def _holds(work: object, verdict: Verdict | None = None) -> bool:
    try:
        work()  # type: ignore[operator]
    except UnansweredError as exc:
        if verdict and str(exc):
            verdict.words.append(f"never: {exc}")
        return False
    return True
