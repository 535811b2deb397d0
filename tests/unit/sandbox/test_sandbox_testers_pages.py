"""The testers' pages are served, and know every kind of fault."""

import re

from sandbox.faults.kinds import KINDS
from sandbox.faults.wishes import NAMES
from sandbox.pages import FOLDER
from tests.unit.sandbox.kit import ServerCase

WORDS = {"share": "probability"}


class TestersPages(ServerCase):
    async def test_both_are_there_with_the_pages_headers(self) -> None:
        for path in ("/calls", "/switches"):
            async with self.http.get(
                path, headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
            ) as answer:
                body = await answer.text()
                self.assertEqual((answer.status, answer.content_type), (200, "text/html"))
                self.assertIn("script-src 'self'", answer.headers["Content-Security-Policy"])
            self.assertNotRegex(body, r"<script(?!( type=\"module\")? src=)|<style|style=|\son\w+=")

    async def test_the_form_knows_every_kind_and_every_field(self) -> None:
        kinds = re.findall(r"^    (\w+): \[\"", (FOLDER / "fault_kinds.js").read_text(), re.MULTILINE)
        self.assertEqual(set(kinds), KINDS)
        form = (FOLDER / "switches.html").read_text().partition('<form id="fault"')[2].partition("</form>")[0]
        fields = {WORDS.get(name, name) for name in re.findall(r'name="(\w+)"', form)}
        self.assertEqual(fields, NAMES)
