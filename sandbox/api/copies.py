"""Methods that copy and forward messages from one chat to another."""

from dataclasses import replace
from typing import Any

from sandbox.api.captions import above_media
from sandbox.api.numbers import rising_message_ids
from sandbox.api.permits import check_may_write
from sandbox.api.registry import Call, as_many_as, method, one
from sandbox.api.sending import options, send
from sandbox.api.targets import named_chat, open_chat_of, topic_for
from sandbox.api.texts import formatted_caption
from sandbox.chats import Draft, Post
from sandbox.dice import thrown
from sandbox.errors import bad_request
from sandbox.forwarding import albums_of, copied, forwarded, is_service


@method("copyMessage", one)
async def copy_message(call: Call) -> dict[str, int]:
    original = _original(call, "copy")
    draft = _copy(call, original)
    if original.media and "caption" in call.parameters:
        above = above_media(call.parameters, original.media.kind)
        draft = replace(draft, formatted=formatted_caption(call, call.parameters), extra={**draft.extra, **above})
    return _reference(send(call, draft))


@method("copyMessages", as_many_as("message_ids"))
async def copy_messages(call: Call) -> list[dict[str, int]]:
    bare = call.parameters.flag("remove_caption")
    originals = _originals(call, "copy")
    return _send_all(call, originals, [_copy(call, original, bare=bare) for original in originals])


@method("forwardMessage", one)
async def forward_message(call: Call) -> dict[str, Any]:
    return send(call, forwarded(_original(call, "forward"))).to_json()


@method("forwardMessages", as_many_as("message_ids"))
async def forward_messages(call: Call) -> list[dict[str, int]]:
    originals = _originals(call, "forward")
    return _send_all(call, originals, [forwarded(original) for original in originals])


def _send_all(call: Call, originals: list[Post], drafts: list[Draft]) -> list[dict[str, int]]:
    chat, albums = open_chat_of(call), albums_of(originals)
    for draft in drafts:
        check_may_write(call, chat, draft)
    topic, told, silent = topic_for(call, chat, None), options(call, chat), call.parameters.flag("disable_notification")
    whole = [
        replace(draft, topic=topic, extra={**draft.extra, **album, **told}, silent=silent)
        for draft, album in zip(drafts, albums, strict=True)
    ]
    return [_reference(call.world.post(chat, call.bot, draft)) for draft in whole]


def _copy(call: Call, original: Post, *, bare: bool = False) -> Draft:
    """A copy is a message of its own: its dice is thrown, its poll asked anew. Raises ApiError."""
    draft, poll = copied(original, bare=bare), call.world.poll_of(original)
    if poll:
        if poll.is_quiz and poll.author is not call.bot and not poll.answers_known(original):
            raise bad_request("the message can't be copied")
        return call.world.with_poll(draft, poll.again(call.bot))
    if "dice" in draft.extra:
        return replace(draft, extra={**draft.extra, "dice": thrown(draft.extra["dice"]["emoji"])})
    return draft


def _original(call: Call, verb: str) -> Post:
    message_id = call.parameters.integer("message_id")
    post = named_chat(call, "from_chat_id").posts.get(message_id)
    if post is None:
        raise bad_request(f"message to {verb} not found")
    if is_service(post):
        raise bad_request("the message can't be copied" if verb == "copy" else "the message can't be forwarded")
    return post


def _originals(call: Call, verb: str) -> list[Post]:
    """The messages of a bulk call; as the Bot API says, those that are not there are skipped."""
    numbers, source = rising_message_ids(call), named_chat(call, "from_chat_id")
    found = [source.posts[number] for number in numbers if number in source.posts]
    wanted = [post for post in found if not is_service(post)]
    if not wanted:
        raise bad_request(f"there are no messages to {verb}")
    return wanted


def _reference(post: Post) -> dict[str, int]:
    return {"message_id": post.message_id}
