"""An error whose every text is hostile: markup, marks that turn the direction, nulls, lone surrogates, long lines."""

import json

from botcore.errors.models import ErrorEvent, ErrorGroup
from tests.database.errors import error, occurrence

MARKUP = "<script>alert(1)</script>"
TURNED = "\u202egnp.exe\u2066"
LONG = "a." * 4000
EVIL = f"{MARKUP} {TURNED} שלום"


def hostile() -> tuple[ErrorGroup, ErrorEvent]:
    """Create it with one occurrence; the payload's JSON has the characters that columns refuse."""
    row = error(
        f"KeyError: {EVIL}"[:300], kind=MARKUP, culprit=EVIL, handler=MARKUP, first_release=MARKUP, last_release=MARKUP
    )
    text = f"{EVIL} \x00 \ud83d {LONG}"
    frame = {
        "file": EVIL, "function": EVIL, "module": MARKUP, "line": 12, "in_app": True, "before": [text],
        "code": text, "after": [text], "locals": {MARKUP: text, "```": "```", "</textarea>": "</textarea>"},
    }  # fmt: skip
    payload = {
        "exceptions": [
            {"type": MARKUP, "module": MARKUP, "message": text, "link": "",
             "frames": [frame, {**frame, "in_app": False}]},
            {"type": "E", "module": "m", "message": "``` </textarea>", "link": "cause", "frames": []},
        ],
        "breadcrumbs": [{"at": MARKUP, "kind": MARKUP, "level": MARKUP, "category": MARKUP, "text": text}],
        "request": {"path": EVIL, "method": MARKUP},
        "context": {MARKUP: text},
    }  # fmt: skip
    event = occurrence(
        row, message=MARKUP, handler=MARKUP, process=MARKUP, release=MARKUP, request_id=MARKUP[:64], trace_id="<b>",
        payload=json.dumps(payload),
    )  # fmt: skip
    return row, event
