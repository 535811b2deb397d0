"""The moves of scenarios: what people, strangers and trouble do on the stage."""

import time
from collections.abc import Callable

from tests.faults.stage import Stage
from tests.faults.waits import UnansweredError
from tests.processes import fetch

QUIET = 0.5  # seconds in which every loop turns once

LOOKS = 5  # at a list that something is still to reach

Play = Callable[[Stage], None]


def says(*texts: str, answers: int = 1, name: str = "Alice") -> Play:
    """One person writes."""
    return lambda stage: stage.person(name).says(*texts, answers=answers)


def settings(label: str) -> Play:
    """A person changes a setting."""

    def play(stage: Stage) -> None:
        person = stage.person()
        person.says("/settings")
        person.presses(label)

    return play


def privacy(stage: Stage) -> None:
    """A person takes out what is kept of them, and has it erased; the job does it, which another one waits for."""
    person = stage.person()
    person.says("/privacy")
    for label in ("My data", "Erase everything about me", "Erase everything"):
        person.presses(label)
    stage.person().says("/job erasures")


def forgotten(stage: Stage) -> None:
    """An owner has somebody forgotten."""
    person, owner = stage.person(), stage.owner()
    person.says("/about")
    owner.says(f"/mute {person.id} 1h", f"/forget {person.id}", answers=2)
    owner.presses("Forget")
    stage.person().says("/job erasures")


def long_button(stage: Stage) -> None:
    """A button's data are kept and looked up."""
    person = stage.person()
    person.says("/long")
    person.presses("Press")


def crash_button(stage: Stage) -> None:
    """One of the sandbox' crashes by its button."""
    person = stage.person()
    person.says("/crash")
    person.presses("log")


def triage(label: str) -> Play:
    """An owner looks at the newest error and does something about it."""

    def play(stage: Stage) -> None:
        stage.person().says("/novel")
        time.sleep(QUIET)  # until it is a row
        owner = stage.owner()
        for _ in range(LOOKS):
            owner.says("/errors")
            if row := owner.first_row():
                owner.presses(row)
                break
            time.sleep(QUIET)
        owner.presses(label)

    return play


def gone_button(stage: Stage) -> None:
    """An owner presses a button of an error that is gone."""
    owner = stage.owner()
    owner.forges("error:999999")
    owner.says("/about")


def condition_buttons(stage: Stage) -> None:
    """An owner takes a condition on, and silences it."""
    stage.person().says("/trouble firing")
    owner = stage.owner()
    for act in ("ack", "silence"):
        owner.says("/about")
        owner.forges(f"condition_{act}:job_stale", owner.newest)
    owner.says("/about")


def old_button(stage: Stage) -> None:
    """A button whose feature is gone."""
    person = stage.person()
    person.forges("gone:1")
    person.says("/about")


def remembered(stage: Stage) -> None:
    """Something is remembered, and changed."""
    person = stage.person()
    person.says("/remember")
    person.says("/remember")


def leaves(stage: Stage) -> None:
    """Somebody blocks the bot."""
    person = stage.person()
    person.says("/about")
    stage.stack.sandbox("block", person=person.id)
    stage.person().says("/about")
    time.sleep(QUIET)  # until that is handled, too


def asks_itself(stage: Stage) -> None:
    """A check asks the bot's own port, which must answer in any case."""
    try:
        fetch(f"http://127.0.0.1:{stage.stack.metrics_port}/readyz")
    except OSError as exc:
        raise UnansweredError(f"a page of the bot's own: {exc}") from None


def again(stage: Stage) -> None:
    """An update that has ended goes through again."""
    person = stage.person()
    person.says("/about")
    time.sleep(QUIET)  # until its end is in the database, too
    person.says("/again", answers=2)


def crowd(stage: Stage) -> None:
    """Many write at once, each several times."""
    people = [stage.person("Bob") for _ in range(3)]
    for person in people:
        for _ in range(3):
            stage.stack.say(person.id, "/about")
    for person in people:
        person.has(3)


def garbage(stage: Stage) -> None:
    """Updates that cannot be read."""
    stage.stack.sandbox("deliver", update={"message": 5})
    stage.stack.sandbox("deliver", update={"message": {"chat": {"id": 5}}})
    stage.person().says("/about")


def quiet(_stage: Stage) -> None:
    """Nothing happens, but every loop turns."""
    time.sleep(QUIET)


def in_turn(*plays: Play) -> Play:
    """One after the other."""

    def play(stage: Stage) -> None:
        for one in plays:
            one(stage)

    return play


def restart(stage: Stage) -> None:
    """The bot stops in order and starts anew."""
    stage.restart()


def renamed(stage: Stage) -> None:
    """A person has another name now."""
    person = stage.person()
    person.says("/about")
    chat = {"id": person.id, "type": "private", "first_name": "Charlie"}
    message = {"message_id": 1, "date": int(time.time()), "chat": chat, "text": "hi"}
    sender = {"id": person.id, "is_bot": False, "first_name": "Charlie"}
    stage.stack.sandbox("deliver", update={"message": {**message, "from": sender}})
    person.has(2)
