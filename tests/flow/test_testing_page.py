"""The examples in docs/testing.md are tests, and they run: each block in turn, as in one file."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
REAL = "real_telegram"  # a block that would make all of them wait for processes

for _block in BLOCKS:
    if REAL not in _block:
        exec(compile(_block, PAGE.name, "exec"))

assert sum("def test_" in block for block in BLOCKS) >= 4, "the page has lost its examples"
