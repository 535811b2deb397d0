"""answerInlineQuery: the list that a person sees while typing behind the bot's name."""

from typing import Any

from telegram.constants import InlineQueryLimit, InlineQueryResultLimit

from sandbox.api.callbacks import TOO_OLD
from sandbox.api.registry import Call, method
from sandbox.errors import bad_request

LONGEST_OFFSET = 64  # bytes; Bot API, answerInlineQuery
LONGEST_ID = InlineQueryResultLimit.MAX_ID_LENGTH


@method("answerInlineQuery")
async def answer_inline_query(call: Call) -> bool:
    results, button, next_offset = _results(call), _object(call, "button"), call.parameters.text("next_offset")
    if len(next_offset.encode()) > LONGEST_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    asked = call.world.open_inquiry(call.parameters.text("inline_query_id"), call.bot)
    if asked is None:
        raise bad_request(TOO_OLD)
    call.world.answer_inquiry(asked, results, button, next_offset)
    return True


def _results(call: Call) -> list[dict[str, Any]]:
    try:
        results = call.parameters.document("results")
    except ValueError as error:
        raise bad_request("can't parse inline query results JSON object") from error
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > InlineQueryLimit.RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if not all(InlineQueryResultLimit.MIN_ID_LENGTH <= len(name.encode()) <= LONGEST_ID for name in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _object(call: Call, name: str) -> dict[str, Any]:
    try:
        found = call.parameters.document(name)
    except ValueError as error:
        raise bad_request(f"can't parse {name} JSON object") from error
    return found if isinstance(found, dict) else {}
