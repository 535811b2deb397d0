"""Sentences that rows hold in English and pages say in Russian: all are known, and each is found again."""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import polib
from django.test import SimpleTestCase
from django.utils.translation import override
from hypothesis import strategies as st

from botcore.charts.scales import PERIODS, Unit
from botcore.sentences import measured, translated
from botcore.sentences.known import COUNTED, SENTENCES
from botcore.sentences.matching import PLACE
from botcore.sentences.measures import UNITS
from tests.unit.wording import english

ROOT = Path(__file__).parents[2]
# Where sentences are written: all texts in these modules are, but docstrings, log lines, and what is raised.
WRITERS = (
    "alerts/conditions/selectors", "alerts/conditions/sights", "alerts/conditions/trail", "alerts/conditions/watch",
    "alerts/decisions", "alerts/deliveries",
    "broadcasts/canary", "broadcasts/cards", "broadcasts/deliveries", "broadcasts/feeding", "broadcasts/pay",
    "connection/assembly",
    "connection/breaker",
    "connection/link", "connection/link_watch", "inbox/completion", "intake/outage", "intake/supervisor",
    "intake/watch", "jobs/backup", "jobs/erasures", "jobs/people_activity", "jobs/retention", "jobs/roll_up",
    "jobs/stale_cleanup",
    "monitoring/health/database", "monitoring/health/fleet", "monitoring/health/gathering",
    "monitoring/health/intake", "monitoring/health/jobs", "monitoring/health/machine", "monitoring/health/telegram",
    "monitoring/health/work", "monitoring/heart", "outbox/journal", "outbox/sender", "retention/clock",
    "retention/services", "runtime/jobs/run", "runtime/jobs/runner", "runtime/jobs/selectors", "runtime/jobs/store",
)  # fmt: skip
# Of these modules only what such calls are given.
CALLS = {"record_event", "_tell", "tell", "_say", "note", "withdraw", "_end", "_move", "cancel_chat", "raise_condition"}
SILENT = {"logger", "_", "ngettext", "gettext", "error_text", "suppress", "warn"}
# Not written into rows: SQL, what proxies answer, and why a call failed, which stays as it was caught.
OTHERS = {
    "Request Entity Too Large", "Request Header Fields Too Large", "Payload Too Large", "method not found",
    "the token is rejected", "%s is stopped with its lease", "sender: claiming", "the lane of chat ",
    "bigint text text text text timestamptz timestamptz int", "message can't be deleted",
}  # fmt: skip
EVERY = (*SENTENCES, *(text for both in COUNTED for text in both))
SAMPLES = {"n": "5", "time": "5 min", "lasted": "5\xa0minutes", "name": "roll_up", "process": "bot-1:42",
           "words": "5 updates", "word": "reply", "title": "Polling stands still"}  # fmt: skip
CATALOGUE = str(ROOT / "locale/ru/LC_MESSAGES/django.po")
SQL = re.compile(r"\b(?:UPDATE|WHERE)\b")
WORDS = re.compile(r"[A-Za-z'-]{2,}(?: |, |; |: )[A-Za-z'-]{2,}")


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts in a tree that people may read, each piece between two values."""
    if isinstance(tree, ast.Raise) or (isinstance(tree, ast.Call) and _speaker(tree) in SILENT):
        return
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):  # a docstring
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree.value
    for part in ast.iter_child_nodes(tree):
        yield from texts(part)


def _speaker(call: ast.Call) -> str:
    """Return the name of what is called; of a logger's methods the logger's."""
    target = call.func
    if isinstance(target, ast.Attribute):
        return target.value.id if isinstance(target.value, ast.Name) and target.value.id == "logger" else target.attr
    return target.id if isinstance(target, ast.Name) else ""


def given(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what such calls are given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _speaker(node) in CALLS:
            yield from (*node.args, *node.keywords)


def is_sentence(text: str) -> bool:
    """Tell a text that a row may hold, by two words in it, from SQL and from what is meant for nobody."""
    return bool(WORDS.search(text)) and not SQL.search(text) and text not in OTHERS


def instance(text: str) -> str:
    """Return a sentence as it is written, with something in each of its places."""
    return PLACE.sub(lambda place: SAMPLES.get(place[1].partition("_")[0], "Alice"), text)


# For who writes features: what they hand over is wrong, or a series or a template has another name.
FOR_PROGRAMMERS = ("outbox/check", "outbox/calls", "outbox/services", "outbox/recipients", "outbox/callback_data",
                   "monitoring/history/selectors", "runtime/settings_store", "texts/markup", "management/")  # fmt: skip


def refusals(tree: ast.AST) -> Iterator[str]:
    """Yield what people are refused with in English only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _speaker(node.exc) == "ValidationError":
            yield from (ast.unparse(text) for text in node.exc.args if isinstance(text, ast.Constant | ast.JoinedStr))


SAID = [*SENTENCES, *(form for forms in COUNTED for form in forms)]
PIECES = st.sampled_from(sorted({piece for text in SAID for piece in PLACE.split(text)[::2]}))


class RefusalTests(SimpleTestCase):
    """Why something may not be is said in the language of who asked."""

    def test_every_refusal_is_translated(self) -> None:
        for path in sorted((ROOT / "botcore").rglob("*.py")):
            name = str(path.relative_to(ROOT / "botcore").with_suffix(""))
            if not name.startswith(FOR_PROGRAMMERS):
                with self.subTest(name):
                    self.assertEqual(list(refusals(ast.parse(path.read_text()))), [])


class SentenceTests(SimpleTestCase):
    """What is written is known, and said in Russian."""

    def test_every_sentence_that_is_written_is_known(self) -> None:
        known = "\n".join(PLACE.sub("\0", text) for text in EVERY)
        for path in sorted((ROOT / "botcore").rglob("*.py")):
            name = str(path.relative_to(ROOT / "botcore").with_suffix(""))
            tree = ast.parse(path.read_text())
            for root in [tree] if name in WRITERS else given(tree):
                for text in texts(root):
                    if is_sentence(text) and text.strip() not in known:
                        self.fail(f"{name} writes what botcore/sentences does not know: {text}")

    def test_every_sentence_is_in_the_catalogue_with_its_places(self) -> None:
        entries = {entry.msgid: entry for entry in polib.pofile(CATALOGUE) if not entry.msgctxt}
        for text, plural in [*((text, "") for text in SENTENCES), *COUNTED]:
            with self.subTest(text):
                entry = entries[text]
                self.assertEqual(entry.msgid_plural, plural)
                for form in entry.msgstr_plural.values() if plural else [entry.msgstr]:
                    self.assertEqual(sorted(PLACE.findall(form)), sorted(PLACE.findall(text)))

    def test_every_sentence_is_found_again_and_said_in_russian(self) -> None:
        for text in EVERY:
            written = instance(text)
            with self.subTest(written):
                self.assertEqual(translated(written), written)
                with override("ru"):
                    self.assertRegex(translated(written), r"[а-я]")
                    self.assertEqual(english(translated(written)), [])

    def test_sentences_one_behind_the_other_and_one_within_another(self) -> None:
        said = {
            "roll_up is paused by Alice. backup failed: its last run; its runs say why.":
                "roll_up на паузе, поставил(а) Alice. backup: последний запуск закончился ошибкой; "
                "причина – в списке запусков.",
            "Polling stands still (poller_stalled): It is over. It lasted 5\xa0minutes, until 10:00 UTC.":
                "Опрос Telegram остановился (poller_stalled): Закончилось. Длилось 5 минут, до 10:00 UTC.",
            "bot-1:42: Its worker has not turned for 3 min: restart the process.":
                "bot-1:42: Обработчик очереди стоит уже 3 мин: перезапустите процесс.",
            "Old rows went: updates 1,200, process samples 3.":
                "Удалены старые строки: обновления 1\xa0200, замеры процессов 3.",
            "updates_raw 3, retired jobs 1": "updates_raw 3, снятые задания 1",
            "Alice changed alerts.cap from 10 to 20.": "Alice: alerts.cap – было 10, стало 20.",
            "1 record waits for the database, and is written when it is back.":
                "1 запись ждёт базу данных и будет записана, когда та вернётся.",
        }  # fmt: skip
        for written, russian in said.items():
            with self.subTest(written), override("ru"):
                self.assertEqual(translated(written), russian)

    def test_values_are_said_with_their_units(self) -> None:
        said = {"1.5\xa0GiB": "1,5\xa0ГиБ", "12k/min": "12\xa0тыс./мин", "< 10 ms": "< 10 мс", "3/day": "3/сутки",
                "–": "–", "0": "0", "1,000": "1\xa0000", "3.5 of 4": "3.5 of 4",
                "5\xa0apples": "5\xa0apples"}  # fmt: skip
        for english_words, russian in said.items():
            self.assertEqual(measured(english_words), english_words)
            with override("ru"):
                self.assertEqual(measured(english_words), russian)

    def test_every_unit_is_in_the_catalogue(self) -> None:
        every = {name for unit in Unit for name, _size in unit.value if name} | {f"/{name}" for name, _ in PERIODS}
        self.assertEqual(UNITS, every)
        known = {entry.msgid for entry in polib.pofile(CATALOGUE) if entry.msgctxt == "unit"}
        self.assertEqual(UNITS - known, set())

    def test_what_is_not_known_stays_as_it_is(self) -> None:
        for text in ("", "KeyError: 'x'", "Gardeners meet at noon. Bring gloves.", "Telegram answers.\n", "5 %(n)s %s"):
            with self.subTest(text), override("ru"):
                self.assertEqual(translated(text), text)

    def test_a_text_of_somebody_else_takes_no_long_time(self) -> None:
        with override("ru"):
            began = time.perf_counter()
            for text in ("Polling x; Polling ", " paused . from to changed", ". a (b): ", "x: ; withdrawn: "):
                self.assertIsInstance(translated(text * 200), str)
            many = "ValueError: a" + " changed a from " * 40 + " to " * 100 + ", until " * 115
            self.assertEqual(translated(many), many)
            self.assertLess(time.perf_counter() - began, 2)

    def test_numbers_that_are_none_stay_as_they_are(self) -> None:
        for text in (". updates", "1.2.3 days", ", days", f"{'9' * 400} updates", f"{'9' * 9000} days",
                     "x (a): It is over. . worker turns. z"):  # fmt: skip
            with self.subTest(text[:40]), override("ru"):
                self.assertEqual(translated(text).split(".")[-1], text.split(".")[-1])

    @hypothesis.given(st.lists(PIECES | st.text("0123456789.,: ()x", max_size=12), max_size=9))
    def test_no_text_raises(self, words: list[str]) -> None:
        with override("ru"):
            self.assertIsInstance(translated("".join(words)), str)
