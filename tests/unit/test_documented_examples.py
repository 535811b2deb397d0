"""The examples in README and docs are Python that Botdeck takes: each block that makes a feature or a job is run.

Of all others the words are Python, and what they import is there.
"""

import ast
import importlib.util
import re
from pathlib import Path

from django.test import SimpleTestCase
from telegram import Update

from botcore.exceptions import UserError
from botcore.pipeline.context import Context
from botcore.registry import Feature, command, conversation
from botcore.runtime.jobs.registry import plan_of
from tests.documents.blocks import python_blocks

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
NAMES = {"Update": Update, "Context": Context, "UserError": UserError, "command": command, "conversation": conversation}


class ExampleTests(SimpleTestCase):
    """What a reader would copy."""

    def test_every_example_of_a_feature_or_a_job_makes_one(self) -> None:
        made: list[str] = []
        for page in (ROOT / "README.md", ROOT / "docs" / "handlers.md"):
            for block in BLOCK.findall(page.read_text()):
                if not any(word in block for word in ("@command", "@conversation", "@job")):
                    continue
                space = {**NAMES, "__name__": "botcore.handlers.example"}
                exec(compile(block, page.name, "exec"), space)
                made += [value.name for value in space.values() if isinstance(value, Feature)]
                made += [plan.name for value in space.values() if (plan := plan_of(value))]
        features = ["age", "dice", "forget", "forgotten", "remind", "report", "survey"]
        self.assertEqual(sorted(made), [*(f"example.{name}" for name in features), "unread_feedback"])

    def test_every_example_is_python_and_imports_what_there_is(self) -> None:
        examples = list(python_blocks(ROOT))
        self.assertGreater(len(examples), 15)
        for block in examples:
            with self.subTest(f"{block.page}:{block.line}"):
                compile(block.code, block.page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                for node in ast.walk(ast.parse(block.code)):
                    if isinstance(node, ast.ImportFrom) and node.module and is_there(node.module):
                        module = importlib.import_module(node.module)
                        lost = [name.name for name in node.names if not hasattr(module, name.name)]
                        self.assertEqual([name for name in lost if not is_there(f"{node.module}.{name}")], [])
                    elif isinstance(node, ast.ImportFrom):
                        self.fail(f"there is no {node.module}")


def is_there(name: str) -> bool:
    """Tell whether a module can be imported, without importing it where its package says so already."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
