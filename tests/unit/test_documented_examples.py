"""The examples in README and docs are Python that Botdeck takes: each block that makes a feature or a job is run."""

import re
from pathlib import Path

from django.test import SimpleTestCase
from telegram import Update

from botcore.exceptions import UserError
from botcore.pipeline.context import Context
from botcore.registry import Feature, command, conversation
from botcore.runtime.jobs.registry import plan_of

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
