"""Reading the outside of raw updates, whatever they are."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.inbox.envelope import BIGINT, Envelope, read_envelope

CHAT = {"id": -100, "type": "supergroup"}
ALICE = {"id": 1, "is_bot": False, "first_name": "Alice"}


def envelope(update: dict[str, Any]) -> Envelope:
    """Read an update that must have an envelope."""
    found = read_envelope(update)
    assert found.is_update
    return found


def test_a_message_waits_in_its_chats_lane() -> None:
    found = envelope({"update_id": 5, "message": {"chat": CHAT, "from": ALICE}})
    assert (found.update_id, found.kind, found.chat_id, found.user_id, found.lane_key) == (5, "message", -100, 1, -100)


def test_a_pressed_button_waits_in_the_lane_of_its_messages_chat() -> None:
    found = envelope({"update_id": 5, "callback_query": {"from": ALICE, "message": {"chat": CHAT}}})
    assert (found.kind, found.chat_id, found.user_id, found.lane_key) == ("callback_query", -100, 1, -100)


def test_an_inline_query_waits_in_its_persons_lane() -> None:
    found = envelope({"update_id": 5, "inline_query": {"from": ALICE, "query": "x"}})
    assert (found.chat_id, found.lane_key) == (None, 1)


def test_a_persons_id_is_positive() -> None:
    assert envelope({"update_id": 5, "message": {"chat": CHAT, "from": {"id": -5}}}).user_id is None


def test_a_poll_without_anybody_waits_in_lane_zero() -> None:
    assert envelope({"update_id": 5, "poll": {"id": "7"}}).lane_key == 0


def test_a_reaction_names_its_person_as_user() -> None:
    assert envelope({"update_id": 5, "message_reaction": {"chat": CHAT, "user": ALICE}}).user_id == 1


def test_a_type_from_the_future_keeps_its_name() -> None:
    assert envelope({"update_id": 5, "hologram": {"chat": CHAT}}).kind == "hologram"


@pytest.mark.parametrize("kind", ["<script>", "x" * 41, "сообщение", "a b"])
def test_a_type_that_is_no_name_is_unknown(kind: str) -> None:
    assert envelope({"update_id": 5, kind: {}}).kind == "unknown"


@pytest.mark.parametrize("update", [None, 5, "x", [], {}, {"update_id": "5"}, {"update_id": -1}, {"update_id": True}])
def test_what_has_no_usable_id_is_kept_under_a_number_of_its_own(update: object) -> None:
    found = read_envelope(update)
    assert not found.is_update
    assert -BIGINT <= found.update_id < 0
    assert json.loads(found.raw) == update
    assert read_envelope(update).update_id == found.update_id


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**80, 1.5, "1", None])
def test_an_id_no_column_can_hold_is_left_out(number: object) -> None:
    assert envelope({"update_id": 5, "message": {"chat": {"id": number}}}).chat_id is None


def test_the_raw_text_keeps_what_databases_refuse() -> None:
    update = {"update_id": 5, "message": {"text": "\x00 \ud800 🦊"}}
    raw = envelope(update).raw
    assert raw.isascii()
    assert "\x00" not in raw
    assert json.loads(raw) == update


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
NAMES = st.sampled_from(["message", "callback_query", "chat", "from", "user", "id", "poll"])


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, JSON) | JSON), st.integers(0, 2**31))
def test_no_json_at_all_is_an_exception(body: dict[str, Any], update_id: int) -> None:
    found = envelope({"update_id": update_id, **body})
    assert -(2**63) <= found.lane_key < 2**63
