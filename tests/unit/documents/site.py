"""Builds the site for tests, as `make docs` does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def build(project: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the documents of a project into a folder; warnings are errors (with --quiet, mkdocs counts none)."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=project,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy(project: Path) -> Path:
    """Copy what the site is made of, and nothing more, into a folder."""
    for name in ("docs", "tools", "dashboard/static/dashboard"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("mkdocs.yml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, project)
    shutil.copytree(ROOT / "deploy", project / "deploy")
    return project
