"""Methods of a bot that decides who may join a chat."""

from sandbox.api.callbacks import TOO_OLD
from sandbox.api.registry import Call, method
from sandbox.errors import bad_request
from sandbox.join_queries import JoinQuery

_RESULTS = frozenset({"approve", "decline", "queue"})


@method("answerChatJoinRequestQuery")
async def answer_chat_join_request_query(call: Call) -> bool:
    """Let somebody in, turn them away, or leave it to the other administrators."""
    result = call.parameters.text("result")
    if result not in _RESULTS:
        raise bad_request("wrong result specified")
    asked = _open_query(call)
    asked.is_answered = True
    if result == "approve":
        call.world.approve(asked.chat, asked.person, call.bot)
    elif result == "decline":
        call.world.decline(asked.chat, asked.person)
    return True


@method("sendChatJoinRequestWebApp")
async def send_chat_join_request_web_app(call: Call) -> bool:
    url, asked = call.parameters.text("web_app_url"), _open_query(call)
    if not url.startswith("https://"):
        raise bad_request("BUTTON_URL_INVALID")
    asked.web_app = url
    call.world.emit({"type": "join_web_app", "chat": asked.chat.id, "person": asked.person.id, "url": url})
    return True


def _open_query(call: Call) -> JoinQuery:
    """The query that a call names, if this bot can still answer it. Raises ApiError."""
    found = call.world.join_queries.get(call.parameters.text("chat_join_request_query_id"))
    if found is None or found.bot is not call.bot or not found.is_open(call.world.clock.now()):
        raise bad_request(TOO_OLD)
    return found
