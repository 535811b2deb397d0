"""Values of the Bot API's types for the fuzz: what methods look into, with something else here and there."""

from typing import Any

from hypothesis import strategies as st

from tests.unit.sandbox.conformance import ARRAY, description

DEEPEST = 4  # objects in objects; what is deeper is left out unless it must be there
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "Integer": st.integers(-1, 9) | st.sampled_from((0, 60, 2**31, -(2**63), 10**12)),
    "Float": st.floats(-200, 200) | st.integers(-1, 9),
    "String": st.text(max_size=4)
    | st.sampled_from(("a", "1", "🎲", "https://example.org/", "attach://a", "HTML", "XTR")),
    "Boolean": st.booleans(),
    "True": st.just(value=True),
}


@st.composite
def shaped(draw: st.DrawFn, spec: str, other: st.SearchStrategy[Any], depth: int = 0) -> Any:
    """A value of one of the types in a description such as "Integer|String!"; now and then `other` in its place."""
    if draw(st.integers(0, 9)) == 9:
        return draw(other)
    kind, _, constant = spec.partition("=")
    if constant:
        return constant
    name = draw(st.sampled_from(kind.removesuffix("!").split("|")))
    if name in description()["unions"]:
        name = draw(st.sampled_from(description()["unions"][name]))
    if name.startswith(ARRAY):
        of = shaped(name.removeprefix(ARRAY), other, depth)
        return draw(st.lists(of, max_size=3))
    if name in PLAIN:
        return draw(PLAIN[name])
    fields: dict[str, str] = description()["types"].get(name, {})
    return {
        field: draw(shaped(inner, other, depth + 1))
        for field, inner in fields.items()
        if (inner.partition("=")[0].endswith("!") or (depth < DEEPEST and draw(st.integers(0, 3)) == 0))
        and (depth < 2 * DEEPEST)
    }
