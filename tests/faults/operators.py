"""What an owner does in the bot's chat, in a table: commands, presses and the words between, about somebody new."""

import time
from collections.abc import Mapping

from tests.faults.moves import LOOKS, QUIET, Play
from tests.faults.person import Person
from tests.faults.stage import Stage

SOON = QUIET / 5
# A step begins with / (a command), "> " (words), "! " (the data of a button that no message has) or "~ " (somebody else
# says it); else it is a label that is pressed. {who} is somebody new, {error}, {note} and {sent} are newest rows.
STEPS: Mapping[str, tuple[str, ...]] = {
    "looks around": ("/status", "/health", "/version", "/metrics", "/metrics errors", "/whoami", "/roles", "/allowed"),
    "looks at people": ("/users", "1", "/users Ali", "/user {who}", "Messages", "Back to the card"),
    "bans": ("/ban {who} 7d spam", "Ban", "/user {who}", "Unban", "/ban {who}", "Cancel"),
    "mutes": ("/mute {who} 1h", "/unban {who}", "/unban {who}", "/user {who}", "Mute 1 h", "Unmute"),
    "bans from the card": ("/user {who}", "Ban", "Ban"),
    "keeps the list": ("/allow {who}", "/allow {who}", "/disallow {who}", "/disallow {who}", "/allow nonsense!"),
    "tags": ("/tag {who} vip", "/tag {who} vip", "/untag {who} vip", "/untag {who} vip"),
    "notes": ("/note {who}", "/note {who} Likes maps", "/note {who}", "Delete #{note}", "Delete", "! note_delete:1|0"),
    "attributes": (
        "/attribute {who}", "/attribute {who} plan", "/attribute {who} plan pro", "/attribute {who} plan pro",
        "/unattribute {who} plan", "/unattribute {who} plan",
    ),
    "segments": (
        "/segment S{who} tag=vip", "/segment S{who} tag=vip", "People", "Back to the segment", "List", "/segments",
        "/segment S{who}", "Delete", "Delete", "/segment S{who}", "/segment S{who} nonsense", "! segment_delete_ok:x",
    ),
    "a message": (
        "/about", "/queue sent", "1", "List", "Overview", "/message {sent}", "/message {sent} edit New words",
        "/message {sent} delete", "Delete", "/message {sent} delete", "/message 999999999",
    ),
    "roles": ("/grant {who} support", "Grant", "/grant {who} support", "/revoke {who}", "Revoke", "/revoke {who}"),
    "a letter": ("/user {who}", "Write to", "> Hello", "/user {who}", "Write to", "Cancel"),
    "a conversation": (
        "/talk {who}", "/talk {who} note Likes maps", "/talk {who} assign nobody", "/talk {who} assign me",
        "/talk {who} take", "/talk {who} back", "/talk {who} close", "/talk {who} reopen", "/talk {who} reopen",
    ),
    "feedback": ("/feedback", "1", "Mark as read", "Answer", "> Hello", "/feedback all", "1", "Answer", "Cancel"),
    "funnels": ("/funnels", "/funnel F{who} 7 about.about help.help_", "/funnels", "Remove F{who}", "Remove"),
    "a funnel of nothing": ("/funnel F{who} 7 about.about", "! funnel_remove:999999", "! funnel_remove_ok:x"),
    "errors": (
        "~ /novel", "/errors all", "/error {error}", "/error {error} acknowledge", "/error {error} note Look",
        "/error {error} assign nobody", "/error {error} mute 1h", "/error {error} reopen", "/error {error} resolve",
        "/split {error} nonsense", "/merge {error} 999999", "/error nonsense",
    ),
    "dead letters": ("~ /fails", "/dead", "1", "List", "/replay 999999", "/replay all", "Cancel"),
    "alerts": (
        "~ /trouble firing", "/alerts", "Test", "/alert job_stale", "/alert job_stale acknowledge",
        "/alert job_stale silence 1h why", "/alert job_stale unsilence", "/alerts", "Hold 1h", "Tell alerts again",
    ),
    "jobs": ("/jobs", "1", "Run now", "All jobs"),
    "levels of the log": ("/loglevel", "/loglevel botcore.faults debug", "As configured", "All loggers"),
    "maintenance is over": ("/maintenance", "End"),
    "maintenance": ("/maintenance", "Begin", "Begin", "/maintenance", "End"),
    "the bot's settings": (
        "/settings alerts.cap", "/settings alerts.cap 900", "Undo", "/settings alerts.cap 900", "Back to the default",
        "All settings", "1",
    ),
    "exports": ("/export people", "/export people jsonl", "/audit", "/audit errors"),
    "a restart that is not meant": ("/restart", "Cancel"),
    "an account": ("/dashboard", "/link nonsense", "/unlink", "/cancel"),
    "a draft": (
        "/tag {who} t{who}", "/broadcast", "/broadcast News for t{who}", "Test to me", "Change…", "> Other news",
        "Change…", "Cancel", "Who gets it…", "> tag=t{who}", "Who gets it…", "> nonsense", "/cancel", "All broadcasts",
    ),
    "a draft with a time": (
        "/broadcast Later news", "At a time…", "> nonsense", "> 2030-01-01 10:00", "Back to draft", "Start…", "Cancel",
    ),
    "a broadcast": (
        "/tag {who} t{who}", "/broadcast News for t{who}", "Who gets it…", "> tag=t{who}", "Start…", "Send", "Pause",
        "Resume", "↻", "Copy to a new draft", "Cancel…", "Give up", "! broadcast_start:0", "! broadcast_pause:0",
    ),
}  # fmt: skip


def operates(name: str) -> Play:
    """An owner takes the steps, one after the other."""

    def play(stage: Stage) -> None:
        somebody, owner = stage.person(), stage.owner()
        somebody.says("Hello there")
        told = {"who": somebody.id}
        for step in STEPS[name]:
            words = step.format_map(told | _numbers(owner, step))
            if words.startswith("~ "):
                stage.person().says(words[2:])
            else:
                _take(owner, words)

    return play


def _take(owner: Person, words: str) -> None:
    if words.startswith("! "):
        owner.forges(words[2:], owner.newest)
        owner.says("/about")  # whoever forges is not answered: until it is handled
    elif words.startswith(("/", "> ")):
        owner.says(words.removeprefix("> "))
    elif _comes(owner, words):  # an error before it may have kept it from coming
        owner.presses(words)


def _comes(owner: Person, label: str) -> bool:
    """Look for a button a few times: a card may come behind the first answer."""
    for _ in range(LOOKS):
        if owner.label(label):
            return True
        time.sleep(SOON)
    return False


def _numbers(owner: Person, step: str) -> dict[str, object]:
    """Return the numbers of rows that a step names, as the newest list shows them; 0 for none."""
    if "{error}" in step:
        for _ in range(LOOKS):  # until it is a row
            owner.says("/errors all")
            if row := owner.first_row():
                return {"error": row.removeprefix("#")}
            time.sleep(QUIET)
        return {"error": 0}
    if "{note}" in step:
        return {"note": owner.label("Delete #").removeprefix("Delete #") or 0}
    if "{sent}" in step:
        for _ in range(LOOKS):
            owner.says("/queue sent")
            if owner.label("1"):
                owner.presses("1")
                return {"sent": next((word for word in owner.posts[-1]["text"].split() if word.isdigit()), 0)}
            time.sleep(QUIET)
        return {"sent": 0}
    return {}
