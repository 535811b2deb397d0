"""Text from people → checked values."""

import pytest

from botcore.exceptions import ValidationError
from botcore.validators import deep_link_source, one_of, storable


def test_one_of_the_choices_is_returned() -> None:
    assert one_of("ru", {"en": "English", "ru": "Русский"}) == "ru"


def test_another_word_is_refused_with_the_choices() -> None:
    with pytest.raises(ValidationError, match=r"^Choose one of: off, on\.$"):
        one_of("maybe", ["on", "off"])


@pytest.mark.parametrize(
    ("payload", "source"),
    [("poster", "poster"), ("", ""), ("a" * 70, "a" * 64), ("tab\there\u202e", "tabhere")],
)
def test_a_deep_links_payload_is_cut_to_what_prints(payload: str, source: str) -> None:
    assert deep_link_source(payload) == source


def test_storable_text_has_no_null_and_no_lone_surrogate() -> None:
    assert storable("a\x00b\ud800c🦊") == "ab?c🦊"
