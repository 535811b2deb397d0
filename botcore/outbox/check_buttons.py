"""Buttons that Telegram would refuse, refused before they are queued. Pure."""

from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.outbox.content import Button, Buttons

BUTTONS = 100
LABEL = 256  # UTF-16 units
LONGEST_DATA = 100_000  # characters of data that are kept in a row
SCHEMES = checks.WEB | {"tg", "ton"}


def rows(given: Buttons) -> list[list[Button]]:
    """Return the rows that hold buttons; refuse what is no rows of them, too many, and those that say or do nothing."""
    found = [
        [_button(button) for button in checks.listed(row, what="buttons of a row")]
        for row in checks.listed(given, what="rows of buttons")
    ]
    if (count := sum(map(len, found))) > BUTTONS:
        raise ValidationError(f"A message has at most {BUTTONS} buttons; this one has {count}.")
    return [row for row in found if row]


def _button(button: object) -> Button:
    if not isinstance(button, Button):
        raise ValidationError(f"A row of buttons has Button(…) only; {checks.brief(button)} is none.")
    checks.text(button.text, "", most=LABEL, what="button's text")
    checks.storable(button.data, what="button's data")
    checks.storable(button.url, what="button's address")
    name = checks.brief(button.text)
    if bool(button.url) == bool(button.data):
        raise ValidationError(f"The button {name} needs either an address or data.")
    if button.url and not checks.is_address(button.url, SCHEMES):
        raise ValidationError(f"The button {name} needs an address like https://example.com.")
    if len(button.data) > LONGEST_DATA:
        raise ValidationError(f"The data of the button {name} are too long: at most {LONGEST_DATA} characters.")
    if button.user_id is not None:
        checks.positive(button.user_id, what="person's id")
    return button
