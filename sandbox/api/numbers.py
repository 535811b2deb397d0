"""The numbers of many messages in one call."""

import re
from itertools import pairwise
from typing import Any

from sandbox.api.registry import Call
from sandbox.errors import bad_request
from sandbox.terms import BulkRequestLimit

_NUMBER = re.compile(r"-?[0-9]{1,10}")


def message_ids(call: Call) -> list[int]:
    """The messages that a call names, at least one. Raises ApiError."""
    try:
        given = call.parameters.document("message_ids")
    except ValueError as error:
        raise bad_request("can't parse message identifiers JSON object") from error
    if given is None:
        raise bad_request("message identifiers are not specified")
    if not isinstance(given, list):
        raise bad_request("expected an Array of message identifiers")
    if len(given) > BulkRequestLimit.MAX_LIMIT:
        raise bad_request("too many message identifiers specified")
    if not given:
        raise bad_request("message identifiers are not specified")
    return [_number(one) for one in given]


def rising_message_ids(call: Call) -> list[int]:
    """The same for copies and forwards, which keep the order in which the messages came. Raises ApiError."""
    numbers = message_ids(call)
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    return numbers


def _number(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise bad_request("message identifier must be a Number")
    if not _NUMBER.fullmatch(str(given)):
        raise bad_request("can't parse message identifier as Number")
    if int(given) <= 0:
        raise bad_request("invalid message identifier specified")
    return int(given)
