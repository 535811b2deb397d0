"""What people typed: a text with the entities that their app names beside it, as a control call brings both."""

from sandbox.api.entities import given_spans
from sandbox.api.parameters import Parameters
from sandbox.api.texts import SOURCE_LIMIT
from sandbox.entities.formatted import Formatted, from_spans
from sandbox.errors import ApiError, Refused
from sandbox.strict_json import read_json
from sandbox.wishes import Wish


def typed(wish: Wish, name: str = "text") -> Formatted:
    """The text in a field, formatted by the field "entities", a list or in a form its JSON. Raises Refused."""
    text, entities = wish.text(name), wish.optional("entities")
    if len(text) > SOURCE_LIMIT:
        raise Refused(f'The field "{name}" is too long.')
    if isinstance(entities, str):
        entities = _parsed(entities)
    if not isinstance(entities, list | None):
        raise Refused('The field "entities" must be a list.')
    try:
        return from_spans(text, given_spans(Parameters({"entities": entities}), "entities"))
    except ApiError as error:
        raise Refused(f'The field "entities" cannot be read: {error.description}.') from error


def _parsed(entities: str) -> object:
    try:
        return read_json(entities)
    except ValueError as error:
        raise Refused('The field "entities" is not valid JSON.') from error
