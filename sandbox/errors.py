"""What the sandbox can refuse: `ApiError` is the Bot API's answer to a bot, `Refused` the control API's to a tester."""


class ApiError(Exception):
    """An error a bot gets, with the status and the text the real server would use."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters  # the ResponseParameters: retry_after, migrate_to_chat_id


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A wish of the tester that cannot be met; the text is one clear sentence."""

    def __init__(self, sentence: str, *, status: int = 400, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.retry_after = retry_after  # seconds, if it is a 429


def restart() -> ApiError:
    return ApiError(500, "Internal Server Error: restart")


def logged_out() -> ApiError:
    return ApiError(400, "Logged out")


def bad_request(text: str) -> ApiError:
    return ApiError(400, f"Bad Request: {text}")


def unparsable(what: str) -> ApiError:
    return bad_request(f"can't parse entities: {what}")


def forbidden(text: str) -> ApiError:
    return ApiError(403, f"Forbidden: {text}")


def conflict(text: str) -> ApiError:
    return ApiError(409, f"Conflict: {text}")


def too_many_requests(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def migrated(chat_id: int) -> ApiError:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, words, migrate_to_chat_id=chat_id)


def unknown(sentence: str) -> Refused:
    return Refused(sentence, status=404)
