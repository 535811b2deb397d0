"""The version after this one, for a deploy: a copy of the code with a higher VERSION and one more migration."""

import shutil
from pathlib import Path

from tests.processes import ROOT

NEXT = "99.0.0"
CODE = ("botcore", "botproject", "dashboard", "locale", "sandbox", "templates", "tests/crash")
MIGRATIONS = "botcore/migrations"
EXPANDS = """migrations.AddField("update", "weight", models.IntegerField(db_default=0))"""
BREAKS = """migrations.RemoveField("update", "attempts")"""
MODEL = "botcore/inbox/models.py"
FIELD = '    """One update, stored before it is confirmed to Telegram."""\n\n'


def make(folder: Path, operation: str) -> Path:
    """Copy the code into the folder, with a migration of one operation; return the folder."""
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (ROOT / "manage.py", *(ROOT / "tests").glob("*.py")):
        shutil.copyfile(path, folder / path.relative_to(ROOT))
    (folder / "botproject" / "__init__.py").write_text(f'"""The version after."""\n\nVERSION = "{NEXT}"\n')
    last = max(path.stem for path in (ROOT / MIGRATIONS).glob("0*.py"))
    (folder / MIGRATIONS / "9999_next.py").write_text(
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f'    dependencies = [("botcore", "{last}")]\n    operations = [{operation}]\n'
    )
    if operation == EXPANDS:
        model = folder / MODEL
        text = model.read_text()
        assert text.count(FIELD) == 1
        model.write_text(text.replace(FIELD, f"{FIELD}    weight = models.IntegerField(db_default=0)\n"))
    return folder
