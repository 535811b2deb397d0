"""The documents are a site that builds without a warning, and loads nothing from another host."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.documents.blocks import FENCE
from tests.unit.deploy.runbooks import anchors
from tests.unit.documents.site import ROOT, build, copy

ELSEWHERE = re.compile(r"^(?:https?:)?//")
LOADING_LINKS = {"stylesheet", "icon", "preconnect", "preload", "dns-prefetch", "modulepreload", "prefetch", "manifest"}


class Loads(HTMLParser):
    """Collects what a browser fetches by itself for a page; what a person may press is not among it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses."""
        values = {name: value or "" for name, value in attrs}
        self.found += [values[name] for name in ("src", "srcset", "data", "poster") if name in values]
        if tag == "link" and LOADING_LINKS & set(values.get("rel", "").split()):
            self.found.append(values["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr
    return folder


def test_every_page_of_the_documents_is_on_the_site(site: Path) -> None:
    pages = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    homes = {page.parent if page.name in {"index", "README"} else page for page in pages}
    assert [home for home in sorted(homes) if not (site / home / "index.html").is_file()] == []


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    seen = 0
    for page in site.rglob("*.html"):
        loads = Loads()
        loads.feed(page.read_text())
        seen += len(loads.found)
        assert [address for address in loads.found if ELSEWHERE.match(address)] == [], page
    for sheet in site.rglob("*.css"):
        found = re.findall(r"(?:url\(|@import\s)\s*[\"']?([^\"')]+)", sheet.read_text())
        assert [address for address in found if ELSEWHERE.match(address)] == [], sheet
    assert seen > 100


def test_search_knows_every_section(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text())
    places = {entry["location"] for entry in index["docs"]}
    assert {"settings/#changed-while-everything-runs", "runbooks/BotdeckNoBot/#fix"} <= places


def test_what_stands_in_a_list_is_in_the_list_on_the_site_too(site: Path) -> None:
    """A forge is content with three spaces; Python's Markdown ends the list there and shows the fences."""
    for page in (ROOT / "docs").rglob("*.md"):
        home = page.parent if page.stem in {"index", "README"} else page.with_suffix("")
        shown = (site / home.relative_to(ROOT / "docs") / "index.html").read_text()
        assert "```" not in shown, page
        written = FENCE.sub("", page.read_text())
        lists = len(re.findall(r"^ *1\. ", written, re.MULTILINE))
        assert shown.count("<ol>") == lists, page


def test_the_site_has_the_colours_and_the_icon_of_the_dashboard(site: Path) -> None:
    for name in ("tokens.css", "favicon.svg"):
        ours = ROOT / "dashboard" / "static" / "dashboard" / name
        assert (site / "assets" / name).read_bytes() == ours.read_bytes()


def test_a_link_that_leaves_the_documents_says_the_path_in_its_place(site: Path) -> None:
    page = (site / "runbooks" / "index.html").read_text()
    assert "<code>deploy/prometheus/botdeck.alerts.yml</code>" in page
    assert 'botdeck.alerts.yml"' not in page


def test_a_broken_link_a_lost_anchor_a_lost_file_and_a_page_in_no_menu_stop_it(tmp_path: Path) -> None:
    project = copy(tmp_path / "project")
    wrong = "[a](nowhere.md) [b](settings.md#no-such-thing) [c](../no-such-file.py)"
    (project / "docs" / "index.md").write_text(f"# Start\n\n{wrong}\n")
    (project / "docs" / "forgotten.md").write_text("# Forgotten\n")
    built = build(project, tmp_path / "site")
    assert built.returncode != 0
    for said in ("nowhere.md", "#no-such-thing", "../no-such-file.py", "forgotten.md"):
        assert said in built.stdout + built.stderr


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: page.name)
def test_links_of_pages_outside_the_site_lead_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        file, _, anchor = target.partition("#")
        if ELSEWHERE.match(target):
            continue
        linked = page.parent / file if file else page
        if not linked.exists() or (anchor and anchor not in anchors(linked)):
            lost.append(target)
    assert lost == []
