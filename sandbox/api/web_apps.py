"""answerWebAppQuery: a Web App's one message in the chat where it was opened."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.results import draft_of, read_result
from sandbox.errors import bad_request


@method("answerWebAppQuery")
async def answer_web_app_query(call: Call) -> dict[str, Any]:
    """Post the result as the person; the message has an id only if a keyboard is attached."""
    result = read_result(call)
    visit = call.world.visits.get(call.parameters.text("web_app_query_id"))
    if visit is None or visit.bot is not call.bot or visit.is_answered:
        raise bad_request("QUERY_ID_INVALID")
    draft = draft_of(call.world, call.bot, result)
    visit.is_answered = True
    inline = call.world.post_inline(visit.chat, visit.person, draft, call.bot)
    return {"inline_message_id": inline.id} if draft.markup else {}
