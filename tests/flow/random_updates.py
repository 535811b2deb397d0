"""Updates as nobody would send them: any command with any words, any button with any data, from anybody, anywhere."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from botcore.registry import Registry

DATE = 1_790_000_000
BOT = {"id": 1, "is_bot": True, "first_name": "Botdeck", "username": "botdeck_bot"}
GROUP_ID = -1001000000001
GROUP = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
CHANNEL = {"id": -1002000000002, "type": "channel", "title": "News"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ROBOT = {"id": 4_000_000, "is_bot": True, "first_name": "Robot", "username": "robot_bot"}

HOSTILE = (
    "", "0", "-1", "42", "999999999999999999999", "1e9", "@alice", "@nobody_at_all", "https://t.me/bob", "90s", "2h",
    "-5m", "99999d", "on", "off", "all", "support", "owner", "<b>x</b>", "&lt;", "*_`[", "' OR 1=1 --", "../../etc",
    "{}", "[1", "null", "\u202eevil\u202c", "\u200b", "\x00", "\ud800", "🦄" * 40, "a" * 3000, "٣", "maintenance",
    "throttle.person_burst", "botcore.inbox", "debug", "people", "csv", "errors", "7d", "«a b»", '"unclosed',
)  # fmt: skip

words = st.one_of(st.sampled_from(HOSTILE), st.integers(-(2**70), 2**70).map(str), st.text(max_size=20))


@dataclass(frozen=True)
class Crowd:
    """The people of a test as Telegram describes them, and what each bot message looks like when it is pressed."""

    people: list[dict[str, Any]]
    posts: dict[int, dict[str, Any]]  # by chat


def updates(registry: Registry, crowd: Crowd) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of updates without their numbers."""
    people = st.sampled_from(crowd.people)
    return st.one_of(
        _messages(_texts(registry), people, crowd.people),
        _presses(_payloads(registry), people, crowd),
        _others(people),
    )


def _texts(registry: Registry) -> st.SearchStrategy[str]:
    commands = st.sampled_from(sorted({feature.command for feature in registry.features if feature.command}))
    names = st.one_of(
        commands, commands.map(lambda name: f"{name}@botdeck_bot"), commands.map(lambda name: f"{name}@x")
    )
    typed = st.tuples(names, st.lists(words, max_size=4)).map(lambda pair: " ".join([f"/{pair[0]}", *pair[1]])[:4096])
    return st.one_of(typed, typed, words)


def _payloads(registry: Registry) -> st.SearchStrategy[str]:
    patterns = (getattr(feature.handler, "pattern", None) for feature in registry.features)
    names = sorted({pattern.pattern[1:].partition(":")[0] for pattern in patterns if pattern})
    named = st.tuples(st.sampled_from(names), words).map(lambda pair: f"{pair[0]}:{pair[1]}")
    return st.one_of(named, named, words).map(
        lambda data: data.encode("utf-8", "ignore")[:64].decode("utf-8", "ignore") or "x"
    )


def _messages(
    texts: st.SearchStrategy[str], people: st.SearchStrategy[dict[str, Any]], crowd: list[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        _message,
        sender=people,
        text=texts,
        place=st.sampled_from(["private", "private", "group", "anonymous", "robot", "channel"]),
        edited=st.sampled_from([False, False, False, True]),
        answered=st.one_of(st.none(), st.sampled_from(crowd)),
        forwarded=st.booleans(),
    )


def _message(
    *, sender: dict[str, Any], text: str, place: str, edited: bool, answered: dict[str, Any] | None, forwarded: bool
) -> dict[str, Any]:
    private = {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
    chat = {"private": private, "channel": CHANNEL}.get(place, GROUP)
    message: dict[str, Any] = {"message_id": 5_000, "date": DATE, "chat": chat, "text": text}
    if place == "anonymous":
        message |= {"from": ANONYMOUS, "sender_chat": GROUP}
    elif place == "channel":
        message |= {"sender_chat": CHANNEL}
    else:
        message |= {"from": ROBOT if place == "robot" else sender}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
    if answered:
        origin = {"type": "user", "date": DATE, "sender_user": answered}
        quoted = {"message_id": 4_000, "date": DATE, "chat": chat, "from": answered, "text": "before"}
        message["reply_to_message"] = quoted | ({"forward_origin": origin} if forwarded else {})
    kind = "channel_post" if place == "channel" else "message"
    return {f"edited_{kind}": message | {"edit_date": DATE}} if edited else {kind: message}


def _presses(
    payloads: st.SearchStrategy[str], people: st.SearchStrategy[dict[str, Any]], crowd: Crowd
) -> st.SearchStrategy[dict[str, Any]]:
    def press(sender: dict[str, Any], data: str, place: str) -> dict[str, Any]:
        query = {"id": "1", "from": sender, "chat_instance": "1", "data": data}
        if place == "inline":
            return {"callback_query": query | {"inline_message_id": "1"}}
        chat = GROUP_ID if place == "group" else int(sender["id"])
        return {"callback_query": query | {"message": crowd.posts[chat]}}

    return st.builds(press, people, payloads, st.sampled_from(["private", "private", "group", "inline"]))


def _others(people: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def inline(sender: dict[str, Any], query: str) -> dict[str, Any]:
        return {"inline_query": {"id": "1", "from": sender, "query": query[:256], "offset": ""}}

    def moved(sender: dict[str, Any], status: str) -> dict[str, Any]:
        chat = {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
        old = {"user": BOT, "status": "member"}
        new = {"user": BOT, "status": status} | ({"until_date": 0} if status == "kicked" else {})
        change = {"chat": chat, "from": sender, "date": DATE, "old_chat_member": old, "new_chat_member": new}
        return {"my_chat_member": change}

    def sent(sender: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
        chat = {"id": sender["id"], "type": "private", "first_name": sender["first_name"]}
        return {"message": {"message_id": 5_001, "date": DATE, "chat": chat, "from": sender, **extra}}

    photo = [{"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}]
    extras: list[dict[str, Any]] = [
        {"photo": photo, "caption": "/ban 1"},
        {"location": {"latitude": 1.0, "longitude": 1.0}},
        {"contact": {"phone_number": "1", "first_name": "x"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"new_chat_title": "x"},
    ]
    return st.one_of(
        st.builds(inline, people, words),
        st.builds(moved, people, st.sampled_from(["member", "kicked"])),
        st.builds(sent, people, st.sampled_from(extras)),
    )
