"""sendPoll and stopPoll."""

from typing import Any

from sandbox.api.fields import FieldError, required_text
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.parameters import Parameters
from sandbox.api.poll_media import OF_OPTIONS, named_media, poll_media
from sandbox.api.registry import Call, method, one
from sandbox.api.sending import send
from sandbox.api.targets import chat_of, post_of
from sandbox.api.texts import read_text
from sandbox.chats import Draft
from sandbox.entities.formatted import NO_TEXT, Formatted, from_plain
from sandbox.errors import bad_request
from sandbox.poll import Poll
from sandbox.terms import MessageEntityType

_LONGEST_QUESTION, _LONGEST_OPTION, _MOST_OPTIONS = 300, 100, 12  # Bot API, sendPoll
_LONGEST_EXPLANATION, _LONGEST_DESCRIPTION = 200, 1024
_LONGEST_SECONDS = 2_628_000


@method("sendPoll", one)
async def send_poll(call: Call) -> dict[str, Any]:
    poll = _poll(call)
    if not poll.is_anonymous and chat_of(call).is_channel:
        raise bad_request("non-anonymous polls can't be sent to channel chats")
    return send(call, call.world.with_poll(Draft(), poll)).to_json()


@method("stopPoll", one)
async def stop_poll(call: Call) -> dict[str, Any]:
    markup, post = inline_keyboard(call.parameters), post_of(call, "message with poll to stop")
    poll = call.world.poll_of(post)
    if poll is None:
        raise bad_request("message is not a poll")
    if post.sender is not call.bot or "forward_origin" in post.extra:
        raise bad_request("poll can't be stopped")
    call.world.close_if_over(poll)
    if poll.is_closed:
        raise bad_request("poll has already been closed")
    call.world.close_poll(poll)
    call.world.edit(post, Formatted(post.text, post.entities), markup)
    return poll.to_json()


def _poll(call: Call) -> Poll:
    given = call.parameters
    question, (options, option_media) = _question(call), _options(call)
    kind = given.text("type")
    if kind not in {"", "regular", "quiz"}:
        raise bad_request("unsupported poll type specified")
    is_quiz, many = kind == "quiz", given.flag("allows_multiple_answers")
    period, date = _end(call)
    return Poll(
        call.bot,
        question,
        options,
        is_anonymous="is_anonymous" not in given or given.flag("is_anonymous"),
        is_quiz=is_quiz,
        allows_many=many,
        allows_revoting=given.flag("allows_revoting") if "allows_revoting" in given else not is_quiz,
        correct=_correct(given, len(options), many=many) if is_quiz else (),
        explanation=_long_text(call, "explanation", _LONGEST_EXPLANATION) if is_quiz else NO_TEXT,
        description=_long_text(call, "description", _LONGEST_DESCRIPTION),
        members_only=given.flag("members_only"),
        countries=_countries(given),
        open_period=period,
        close_date=date,
        is_closed=given.flag("is_closed"),
        media=named_media(call, "media"),
        explanation_media=named_media(call, "explanation_media") if is_quiz else {},
        option_media=option_media,
    )


def _question(call: Call) -> Formatted:
    question = _plain(read_text(call, call.parameters, "question", "question_entities", "question_parse_mode"))
    if len(question.text) > _LONGEST_QUESTION:
        raise bad_request(f"poll question length must not exceed {_LONGEST_QUESTION}")
    return question


def _options(call: Call) -> tuple[tuple[Formatted, ...], tuple[dict[str, Any], ...]]:
    """The options and what they show. Raises ApiError."""
    try:
        given = call.parameters.document("options")
    except ValueError as error:
        raise bad_request("can't parse options JSON object") from error
    if not isinstance(given, list):
        raise bad_request("expected an Array of String as options")
    options = tuple(_option(call, option) for option in given)
    if not options:
        raise bad_request("poll must have at least 1 option")
    if len(options) > _MOST_OPTIONS:
        raise bad_request(f"poll can't have more than {_MOST_OPTIONS} options")
    shown = [option.get("media") if isinstance(option, dict) else None for option in given]
    return options, tuple(poll_media(call, media, OF_OPTIONS) for media in shown)


def _option(call: Call, given: Any) -> Formatted:
    if isinstance(given, str):
        option = _plain(from_plain(given))
    elif isinstance(given, dict):
        try:
            required_text(given, "text")
        except FieldError as error:
            words = str(error)
            raise bad_request(words[0].lower() + words[1:]) from error
        option = _plain(read_text(call, Parameters(given), "text", "text_entities", "text_parse_mode"))
    else:
        raise bad_request("expected an option to be of type String")
    if len(option.text) > _LONGEST_OPTION:
        raise bad_request(f"poll options length must not exceed {_LONGEST_OPTION}")
    return option


def _plain(formatted: Formatted) -> Formatted:
    """Keep of a question or an option only what Telegram does: the text and custom emoji. Raises ApiError."""
    if not formatted.text:
        raise bad_request("text must be non-empty")
    kept = [entity for entity in formatted.entities if entity.type == MessageEntityType.CUSTOM_EMOJI]
    return Formatted(formatted.text, tuple(kept))


def _long_text(call: Call, name: str, limit: int) -> Formatted:
    formatted = read_text(call, call.parameters, name, f"{name}_entities", f"{name}_parse_mode")
    if len(formatted.text) > limit:
        raise bad_request(f"poll {name} length must not exceed {limit}")
    return formatted


def _correct(given: Parameters, options: int, *, many: bool) -> tuple[int, ...]:
    """The right answers of a quiz; older versions of the Bot API have one of them, under another name."""
    try:
        numbers = given.document("correct_option_ids")
    except ValueError:
        numbers = None
    if numbers is None and "correct_option_id" in given:
        numbers = [given.integer("correct_option_id", -1)]
    if not isinstance(numbers, list) or not numbers or not all(type(number) is int for number in numbers):
        raise bad_request("wrong correct option ID specified")
    in_order = numbers == sorted(set(numbers)) and numbers[0] >= 0 and numbers[-1] < options
    if not in_order or (len(numbers) > 1 and not many):
        raise bad_request("wrong correct option ID specified")
    return tuple(numbers)


def _countries(given: Parameters) -> tuple[str, ...]:
    try:
        codes = given.document("country_codes") or []
    except ValueError:
        codes = []
    return tuple(code for code in codes if isinstance(code, str)) if isinstance(codes, list) else ()


def _end(call: Call) -> tuple[int, int]:
    """How long a poll is open, and until when; a period comes before a date."""
    period = call.parameters.integer("open_period", 0, 0, _LONGEST_SECONDS)
    now = int(call.world.clock.now())
    if period:
        return period, now + period
    date = call.parameters.integer("close_date")
    return 0, date if now < date <= now + _LONGEST_SECONDS else 0
