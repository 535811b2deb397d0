"""All that is written: pages of their own, and tables within pages that people write."""

from pathlib import Path

from tools.reference import alerts, commands, errors, events, handlers, jobs, telegram
from tools.reference.tables import metrics_page, settings_page

PAGES = {
    "alerts": alerts.text,
    "commands": commands.text,
    "errors": errors.text,
    "events": events.text,
    "handlers": handlers.text,
    "jobs": jobs.text,
    "telegram": telegram.text,
}


def documents(root: Path) -> dict[Path, str]:
    """Return the text of each file by its path."""
    docs = root / "docs"
    made = {docs / "reference" / f"{name}.md": text() for name, text in PAGES.items()}
    for path, mend in ((docs / "settings.md", settings_page), (docs / "metrics.md", metrics_page)):
        made[path] = mend(path.read_text())
    return made
