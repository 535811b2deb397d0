"""Files of tags: what is read, what is refused with which words, and what an operator's yes does."""

import io
import json
import tracemalloc

from django.contrib.auth.models import User as Login
from django.test import TestCase

from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, PersonTag, TagImport, User
from botcore.people import tag_file, tag_import, tags
from botcore.people.tag_import import Report
from botcore.retention.leftovers import LEFTOVERS
from tests.database.dashboard.data import person
from tests.database.retention import ago


def lines(text: str | bytes) -> list[tuple[int, str, tuple[str, ...]]]:
    """Read a file; return its lines as number, person or complaint, and tags."""
    found = tag_file.lines(io.BytesIO(text.encode() if isinstance(text, str) else text))
    return [(one.number, one.wrong or _who(one), one.tags) for one in found]


def _who(line: tag_file.Line) -> str:
    return f"@{line.username}" if line.username else str(line.user_id)


class FileTests(TestCase):
    """One file, line by line."""

    def test_ids_names_and_tags_are_read_with_any_of_the_delimiters(self) -> None:
        for delimiter in ",;\t":
            for end in ("\n", "\r\n"):
                text = end.join(["id,tag,tag", "7,#VIP,", "", "@alice,vip,beta"]).replace(",", delimiter)
                with self.subTest(repr(delimiter), end=end):
                    self.assertEqual(lines(text), [(2, "7", ("vip",)), (4, "@alice", ("vip", "beta"))])
        self.assertEqual(lines("\ufeff7,vip"), [(1, "7", ("vip",))])
        self.assertEqual(lines('"7","vip","vip"'), [(1, "7", ("vip",))])

    def test_what_our_own_export_protects_is_read(self) -> None:
        self.assertEqual(lines("'@alice,vip"), [(1, "@alice", ("vip",))])

    def test_a_wrong_line_says_why_and_the_others_go_on(self) -> None:
        found = lines("7,vip\n,vip\nalice,vip\n8\n9,two words\n10,=1+1\n-5,vip\n@a,vip\n11,beta")
        self.assertEqual([number for number, _, _ in found], list(range(1, 10)))
        complaints = {number: words for number, words, names in found if not names}
        for number, why in {
            2: "Write a person as an id", 3: "Write a person as an id", 4: "no tag", 5: "one word", 6: "like a formula",
            7: "Write a person as an id", 8: "Write a username",
        }.items():  # fmt: skip
            with self.subTest(number):
                self.assertIn(why, complaints[number])
        self.assertEqual((found[0][2], found[8][2]), (("vip",), ("beta",)))

    def test_a_file_that_is_none_is_refused_with_clear_words(self) -> None:
        for content, why in (
            (b"", "The file is empty"),
            (b"\n7,vip", "The file is empty"),
            (b"7|vip\n", "one column"),
            (b"just a text", "one column"),
            ("7,vip".encode("utf-16"), "UTF-16"),
            (b"7,vip\n8,\x00\n", "Line 2 cannot be read: it has null characters"),
            ("7,vip\n8,gär".encode("latin-1"), "Line 2 cannot be read: it is not UTF-8"),
            (b"7,vip\n" + b"x" * 20_000, "Line 2 cannot be read: it is longer"),
            (b'7,"vip\n8,vip"', "Line 1 cannot be read: a quotation mark"),
            (b"PK\x03\x04\x00\x00,", "Line 1 cannot be read: it has null characters"),
            (b"7,vip\n" * (tag_file.MOST_LINES + 1), "more than 50000 lines"),
        ):
            with self.subTest(content[:20]), self.assertRaisesMessage(ValidationError, why):
                lines(content)

    def test_a_million_lines_are_refused_in_little_memory(self) -> None:
        file = io.BytesIO(b"7,vip\n" * 1_000_000)
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with self.assertRaisesMessage(ValidationError, "split it"):
            for _ in tag_file.lines(file):
                pass
        self.assertLess(tracemalloc.get_traced_memory()[1], 1_000_000)


class ImportTests(TestCase):
    """A file that waits, and what is put on."""

    def setUp(self) -> None:
        self.bob, self.eve = (Login.objects.create_user(name) for name in ("bob", "eve"))
        person(7, "Dora", username="Dora_1")
        person(8, "Emil")

    def read(self, text: str) -> int:
        """Read a file of Bob's."""
        return tag_import.read(file=io.BytesIO(text.encode()), name="tags.csv", account_id=self.bob.pk)

    def report(self, pk: int) -> Report:
        """Return what Bob's file says."""
        found = tag_import.waiting(pk, self.bob.pk)
        assert found
        return found

    def test_it_is_looked_up_counted_and_shown(self) -> None:
        report = self.report(self.read("id,tag\n7,vip\n@DORA_1,beta\n8,vip,vip\n99,vip\n@nobody,vip\nx,vip"))
        self.assertEqual((report.known, report.people, report.unknown, report.wrong), (3, 2, 2, 1))
        self.assertEqual([(row["number"], row["id"], row["tags"]) for row in report.first],
                         [(2, 7, ["vip"]), (3, 7, ["beta"]), (4, 8, ["vip"])])  # fmt: skip
        self.assertEqual([row["who"] for row in report.strangers], ["99", "@nobody"])
        self.assertEqual(report.complaints[0]["number"], 7)
        self.assertFalse(PersonTag.objects.exists())

    def test_a_yes_puts_all_on_once_with_one_entry(self) -> None:
        tags.tag(user_id=7, name="vip", by="x")
        pk = self.read("7,vip\n@dora_1,beta\n8,vip\n99,vip")
        done = tag_import.put_on(pk=pk, account_id=self.bob.pk, by="bob")
        self.assertEqual(done, tag_import.Imported(people=2, tags=2, left=0))
        self.assertEqual((tags.tags_of(7), tags.tags_of(8)), (["beta", "vip"], ["vip"]))
        self.assertIsNone(tag_import.put_on(pk=pk, account_id=self.bob.pk, by="bob"))
        entry = AuditEntry.objects.order_by("pk").last()
        assert entry
        self.assertEqual((entry.action, entry.target), ("people.import_tags", f"import:{pk}"))
        self.assertEqual(json.loads(entry.after), {"file": "tags.csv", "people": 2, "tags": 2})
        self.assertEqual(AuditEntry.objects.count(), 2)

    def test_nobody_elses_file_is_seen_done_or_dropped(self) -> None:
        pk = self.read("7,vip")
        self.assertIsNone(tag_import.waiting(pk, self.eve.pk))
        self.assertIsNone(tag_import.put_on(pk=pk, account_id=self.eve.pk, by="eve"))
        self.assertFalse(tag_import.drop(pk=pk, account_id=self.eve.pk))
        self.assertFalse(PersonTag.objects.exists())
        self.assertTrue(tag_import.drop(pk=pk, account_id=self.bob.pk))
        self.assertIsNone(tag_import.waiting(pk, self.bob.pk))

    def test_nobody_gets_more_tags_than_anybody_may_have(self) -> None:
        PersonTag.objects.bulk_create(PersonTag(user_id=7, name=f"t{number}") for number in range(tags.MOST - 1))
        pk = self.read("7,t0,a,b,c")
        done = tag_import.put_on(pk=pk, account_id=self.bob.pk, by="bob")
        self.assertEqual(done, tag_import.Imported(people=1, tags=1, left=2))
        self.assertEqual(PersonTag.objects.filter(user_id=7).count(), tags.MOST)

    def test_who_is_gone_meanwhile_gets_none(self) -> None:
        pk = self.read("7,vip\n8,vip")
        User.objects.filter(pk=8).delete()
        done = tag_import.put_on(pk=pk, account_id=self.bob.pk, by="bob")
        self.assertEqual(done, tag_import.Imported(people=1, tags=1, left=0))

    def test_many_lines_take_few_statements(self) -> None:
        text = "\n".join(f"{number},vip" for number in range(1, tag_import.BATCH * 2 + 1))
        with self.assertNumQueries(3):  # two batches of ids, and the row
            pk = self.read(text)
        self.assertEqual((self.report(pk).known, self.report(pk).unknown), (2, tag_import.BATCH * 2 - 2))
        self.assertEqual(len(self.report(pk).strangers), tag_import.SHOWN)

    def test_a_file_that_nobody_asks_about_goes_after_a_day(self) -> None:
        self.read("7,vip"), self.read("8,vip")
        TagImport.objects.filter(pk=TagImport.objects.order_by("pk")[0].pk).update(at=ago(1.1))
        sweep, age = LEFTOVERS["files of tags"]
        self.assertEqual(sum(sweep.batches(ago(0) - age)), 1)
        self.assertEqual(TagImport.objects.count(), 1)
