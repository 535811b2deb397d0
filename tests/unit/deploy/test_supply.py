"""What Botdeck is made of: the page of licences is that of the lock, each licence was decided about, and the SBOM."""

import json
import re
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy import supply


class LicenceTests(unittest.TestCase):
    """docs/licenses.md."""

    def rows(self) -> list[tuple[str, str, str]]:
        """Return the page's table."""
        return re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \| (.+) \|$", supply.PAGE.read_text(), re.MULTILINE)

    def test_the_page_has_what_the_lock_has(self) -> None:
        self.assertGreater(len(self.rows()), 20)
        self.assertEqual({name: version for name, version, _ in self.rows()}, supply.pins(), "run `make licenses`")

    def test_every_licence_was_decided_about(self) -> None:
        self.assertEqual([row for row in self.rows() if supply.unknown(row[2])], [])
        self.assertEqual(supply.unknown("MIT AND AGPL-3.0-only"), ["AGPL-3.0-only"])

    def test_the_page_says_what_the_packages_say(self) -> None:
        installed = supply.licenses(list(supply.pins()))
        self.assertGreater(len(installed), 20)
        said = {name: license_ for name, _, license_ in self.rows() if name in installed}
        self.assertEqual(said, installed, "run `make licenses`")


class SbomTests(unittest.TestCase):
    """The CycloneDX document."""

    def test_it_is_valid_and_names_every_package_with_its_hashes(self) -> None:
        with TemporaryDirectory() as folder:
            target = Path(folder) / "sbom.json"
            self.assertEqual(supply.main(["sbom", "--to", str(target)]), 0)
            document = json.loads(target.read_text())
        self.assertEqual(document["bomFormat"], "CycloneDX")
        named = {one["name"]: one["version"] for one in document["components"]}
        self.assertEqual({name: named.get(name) for name in supply.pins()}, supply.pins())
        self.assertTrue(all(one["externalReferences"][0]["hashes"] for one in document["components"]))


class AuditTests(unittest.TestCase):
    """The summary: an index that knows a package not at all is no good news."""

    def test_all_looked_up_and_none_vulnerable_is_good(self) -> None:
        told, good = supply.summary([{"name": "a", "version": "1", "vulns": []}])
        self.assertEqual((told, good), ("1 of 1 packages were looked up, 0 vulnerabilities.", True))

    def test_a_vulnerability_and_a_package_that_nobody_knows_are_told(self) -> None:
        bad = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
        told, good = supply.summary([bad, {"name": "b", "skip_reason": "not found"}])
        self.assertFalse(good)
        for words in ("a 1: PYSEC-1, mended in 2", "1 of 2 packages", "1 vulnerabilities", "nothing is known here: b."):
            self.assertIn(words, told)
