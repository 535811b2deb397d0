"""The methods that the sandbox lacks, as docs/sandbox.md lists them.

`python -m tests.unit.sandbox.conformance.missing` writes the list anew, after a method was added.
"""

import re
import textwrap
from pathlib import Path

from sandbox.api.registry import method_names
from tests.unit.sandbox.conformance import description

PAGE = Path(__file__).resolve().parents[4] / "docs" / "sandbox.md"
HEADING = "## Methods it does not have\n"
_SECTION = re.compile(rf"(?<={re.escape(HEADING)}\n).*?(?=\n\n## |\n*\Z)", re.DOTALL)


def missing() -> str:
    """Write the list, as lines of the page."""
    names = sorted(description()["methods"].keys() - method_names())
    return textwrap.fill(", ".join(f"`{name}`" for name in names) + ".", 118)


def main() -> None:
    """Put the list into the page."""
    PAGE.write_text(_SECTION.sub(missing(), PAGE.read_text(), count=1))


if __name__ == "__main__":
    main()
