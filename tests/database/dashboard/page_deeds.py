"""What operators do with notes, attributes, segments, files of tags, and changes of what was sent: more of deeds.py.

A file of tags is for the pages only, so test_parity.py does not ask for it: the library takes no caption of a document
for a command, and what waits for its yes there belongs to a staff account, which not everybody in Telegram has.
"""

import itertools
from collections.abc import Callable
from io import BytesIO

from django.contrib.auth.models import User as Login

from botcore.outbox.models import OutgoingState
from botcore.people import attributes, notes, segments, tag_import
from tests.database.dashboard.data import person, private
from tests.database.dashboard.prepared import AGAIN, CAROL, Deed, Form, Prepared, edited, on_message, on_person

NUMBERS = itertools.count(1)


def on_note() -> Prepared:
    """Have a note of Alice's on Carol."""
    one = on_person()()
    account_id = Login.objects.get(username="alice").pk
    note = notes.write(user_id=CAROL, text="Calls on Mondays", account_id=account_id, by="alice")
    return Prepared(one.args, one.target, {"note": note})


def on_segment(form: Form) -> Callable[[], Prepared]:
    """Do this with a segment."""

    def prepare() -> Prepared:
        pk = segments.save(name=f"Segment {next(NUMBERS)}", conditions={"tag": "vip"}, by="") or 0
        return Prepared((pk,), f"segment:{pk}", form)

    return prepare


def new_segment() -> Prepared:
    """Know which segment is made next."""
    last = on_segment(AGAIN)().args[0]
    form = {"name": "Regulars", "active": "7d"}
    return Prepared((), f"segment:{last + 1}", form, {**form, "active": "soon"})


def file_of_tags() -> Prepared:
    """Have a file of Alice's that waits."""
    private(person(CAROL, "Carol"))
    account_id = Login.objects.get(username="alice").pk
    pk = tag_import.read(file=BytesIO(b"33,vip"), name="tags.csv", account_id=account_id)
    return Prepared((pk,), f"import:{pk}", {"do": "apply"})


MORE: dict[str, list[Deed]] = {
    "person_note": [Deed("people.note", on_person({"text": "Calls on Mondays"}, idle={"text": " "}))],
    "person_unnote": [Deed("people.unnote", on_note)],
    "person_attribute": [Deed("people.attribute", on_person({"name": "plan", "value": "pro"}))],
    "person_unattribute": [
        Deed(
            "people.unattribute",
            on_person({"name": "plan"}, lambda: attributes.put(user_id=CAROL, name="plan", value="pro")),
        )
    ],
    "segment_new": [Deed("segments.save", new_segment)],
    "segment_change": [
        Deed("segments.save", on_segment({"do": "save", "name": "Guests", "active": "7d"})),
        Deed("segments.delete", on_segment({"do": "delete"})),
    ],
    "outgoing_delete": [Deed("outbox.delete", on_message(OutgoingState.SENT, message_id=6))],
}
PAGES_ONLY: dict[str, list[Deed]] = {"tags_file": [Deed("people.import_tags", file_of_tags)]}
MORE_ALWAYS = {"outgoing_edit": Deed("outbox.edit", edited)}  # an edit is a change each time
