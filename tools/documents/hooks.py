"""What mkdocs does for us beside its own: our colours from the dashboard, patterns in the menu, links that leave docs/.

The documents read on any forge as they are; what differs on the site is done here.
"""

import logging
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

logger = logging.getLogger("mkdocs.plugins.botdeck")

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "dashboard" / "static" / "dashboard"
SHARED = {"assets/tokens.css": STYLES / "tokens.css", "assets/favicon.svg": STYLES / "favicon.svg"}
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>\.\./[^)#\s]+)(?:#[^)\s]*)?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every page that a pattern of the menu means in its place."""
    named = set(_names(config.nav or []))
    config.nav = _expand(config.nav or [], Path(config.docs_dir), named)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Take the colours and the icon from the dashboard, which has them already."""
    for name, path in SHARED.items():
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_markdown(markdown: str, page: Page, **_more: Any) -> str:
    """Say the path where a link leaves docs/: the site does not have the code."""
    folder = PurePosixPath(page.file.src_uri).parent
    parts = FENCE.split(markdown)
    return "".join(part if part.startswith("```") else _plain(part, folder, page.file.src_uri) for part in parts)


def _plain(markdown: str, folder: PurePosixPath, page: str) -> str:
    def said(link: re.Match[str]) -> str:
        target = normpath(folder / link["target"])
        if not target.startswith("../"):
            return link[0]
        path = target.removeprefix("../")
        if not (ROOT / path).exists():
            logger.warning("Doc file '%s' contains a link '%s', but there is no such file.", page, link["target"])
        return link["text"] if PurePosixPath(path).name in link["text"] else f"{link['text']} (`{path}`)"

    return LINK.sub(said, markdown)


def _names(entries: list[Any]) -> list[str]:
    """Return the pages that the menu names one by one."""
    found: list[str] = []
    for entry in entries:
        for value in entry.values() if isinstance(entry, dict) else [entry]:
            found += _names(value) if isinstance(value, list) else [value]
    return found


def _expand(entries: list[Any], docs: Path, named: set[str]) -> list[Any]:
    whole: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            ((title, value),) = entry.items()
            whole.append({title: _expand(value, docs, named) if isinstance(value, list) else value})
        elif "*" in entry:
            pages = (path.relative_to(docs).as_posix() for path in sorted(docs.glob(entry)))
            whole += [page for page in pages if page not in named]
        else:
            whole.append(entry)
    return whole
