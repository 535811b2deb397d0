"""The splitter against a model that knows what is one character because it put the text together."""

from itertools import pairwise

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore.texts.entities import Entity, RichText, Style
from botcore.texts.length import telegram_length
from botcore.texts.split import MOST_ENTITIES, split
from tests.unit.texts.strategies import CLUSTERS, Sample, samples

BOLD, PRE, LINK = Style("bold"), Style("pre", language="python"), Style("text_link", url="https://example.org/")
LIMITS = st.integers(26, 90)  # the longest character of the samples, a flag with tags, has 14 units
EXAMPLES = settings(max_examples=100, deadline=None)


def units(text: str) -> bytes:
    """Return two bytes for each UTF-16 unit."""
    return text.encode("utf-16-le", "surrogatepass")


def places_of(rich: RichText, pieces: list[RichText]) -> list[tuple[int, int]]:
    """Return where the pieces stand in the text; everything between them must be white space."""
    found, at = [], 0
    whole = units(rich.text)
    for piece in pieces:
        start = at
        while not whole.startswith(units(piece.text), 2 * start):
            start += 1
        found.append((start, start + telegram_length(piece.text)))
        at = found[-1][1]
    ends = [0, *(end for _, end in found)]
    starts = [*(start for start, _ in found), telegram_length(rich.text)]
    for end, start in zip(ends, starts, strict=True):
        between = whole[2 * end : 2 * start].decode("utf-16-le")
        assert not between.strip(), f"{between!r} is lost"
    return found


class SplitPropertyTests(SimpleTestCase):
    """What holds for any text."""

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_no_piece_is_too_long_or_blank_or_framed_by_white_space(self, sample: Sample, limit: int) -> None:
        for piece in split(sample.rich, limit):
            self.assertLessEqual(telegram_length(piece.text), limit)
            self.assertNotEqual(piece.text.strip(), "")
            self.assertEqual(piece.text, piece.text.rstrip())

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_nothing_is_lost_but_white_space_between_pieces(self, sample: Sample, limit: int) -> None:
        pieces = split(sample.rich, limit)
        joined = "".join("".join(piece.text.split()) for piece in pieces)
        self.assertEqual(joined, "".join(sample.rich.text.split()))
        places_of(sample.rich, pieces)

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_no_character_is_broken(self, sample: Sample, limit: int) -> None:
        for start, end in places_of(sample.rich, split(sample.rich, limit)):
            whole = sample.places
            spaces = {place for place in range(whole[-1] + 1) if self.is_within_blank(sample, place)}
            self.assertIn(start, {*whole, *spaces})
            self.assertIn(end, {*whole, *spaces})

    @staticmethod
    def is_within_blank(sample: Sample, place: int) -> bool:
        """Tell whether white space is on both sides, such as between the two line ends of an empty line."""
        text = units(sample.rich.text)
        around = text[2 * place - 2 : 2 * place] + text[2 * place : 2 * place + 2]
        return 0 < place < len(text) // 2 and around.decode("utf-16-le", "replace").isspace()

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_every_unit_keeps_its_entities(self, sample: Sample, limit: int) -> None:
        pieces = split(sample.rich, limit)
        for piece, (start, end) in zip(pieces, places_of(sample.rich, pieces), strict=True):
            expected = [
                {entity.style for entity in sample.rich.entities if entity.offset <= place < entity.end}
                for place in range(start, end)
            ]
            found = [
                {entity.style for entity in piece.entities if entity.offset <= place < entity.end}
                for place in range(end - start)
            ]
            self.assertEqual(found, expected)

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_entities_are_inside_their_piece_and_nested(self, sample: Sample, limit: int) -> None:
        for piece in split(sample.rich, limit):
            self.assertLessEqual(len(piece.entities), MOST_ENTITIES)
            for entity in piece.entities:
                self.assertGreaterEqual(entity.offset, 0)
                self.assertGreater(entity.length, 0)
                self.assertLessEqual(entity.end, telegram_length(piece.text))
            for one in piece.entities:
                for other in piece.entities:
                    apart = one.end <= other.offset or other.end <= one.offset
                    nested = (one.offset <= other.offset and other.end <= one.end) or (
                        other.offset <= one.offset and one.end <= other.end
                    )
                    self.assertTrue(apart or nested, piece)

    @EXAMPLES
    @given(samples(), LIMITS)
    def test_what_fits_into_a_piece_is_not_cut(self, sample: Sample, limit: int) -> None:
        pieces = split(sample.rich, limit)
        cuts = [(end, start) for (_, end), (start, _) in self.neighbours(places_of(sample.rich, pieces))]
        text = units(sample.rich.text)
        for entity in sample.rich.entities:
            if entity.length > limit:
                continue
            for end, start in cuts:
                before = text[2 * entity.offset : 2 * end].decode("utf-16-le", "replace")
                behind = text[2 * start : 2 * entity.end].decode("utf-16-le", "replace")
                inside = entity.offset < end and start < entity.end
                self.assertFalse(inside and before.strip() and behind.strip(), (entity, end, start))

    @staticmethod
    def neighbours(places: list[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Return each place with the next."""
        return list(pairwise(places))


class SplitTests(SimpleTestCase):
    """Where it cuts."""

    def texts(self, text: str, limit: int) -> list[str]:
        """Return the pieces of a plain text."""
        return [piece.text for piece in split(RichText(text), limit)]

    def test_a_text_that_fits_is_one_piece(self) -> None:
        rich = RichText("😀 hello", (Entity(BOLD, 3, 5),))
        self.assertEqual(split(rich), [rich])

    def test_4096_units_fit_and_4097_do_not(self) -> None:
        self.assertEqual([len(text) for text in self.texts("x" * 4096, 4096)], [4096])
        self.assertEqual([len(text) for text in self.texts("x" * 4097, 4096)], [4096, 1])
        self.assertEqual([len(text) for text in self.texts("😀" * 2049, 4096)], [2048, 1])

    def test_prefers_a_paragraph_then_a_line_then_a_sentence_then_a_word(self) -> None:
        self.assertEqual(self.texts("One, two.\n\nThree. Four\nfive", 19), ["One, two.", "Three. Four\nfive"])
        self.assertEqual(self.texts("One two three.\nFour. Six seven", 24), ["One two three.", "Four. Six seven"])
        self.assertEqual(self.texts("One two three. Four five six", 22), ["One two three.", "Four five six"])
        self.assertEqual(self.texts("One two three four", 12), ["One two", "three four"])

    def test_a_break_exactly_at_the_limit_is_used(self) -> None:
        self.assertEqual(self.texts("aaaa bbbb cccc", 9), ["aaaa bbbb", "cccc"])

    def test_a_long_word_is_cut_between_characters(self) -> None:
        family = "👩‍👩‍👧‍👦"
        self.assertEqual(self.texts("ab" + family, 12), ["ab", family])
        self.assertEqual(self.texts("🇩🇪🇫🇷🇬🇧", 10), ["🇩🇪🇫🇷", "🇬🇧"])

    def test_every_kind_of_character_stays_whole_where_the_limit_falls_into_it(self) -> None:
        for cluster in CLUSTERS:
            for missing in range(1, telegram_length(cluster)):
                with self.subTest(cluster, missing=missing):
                    pieces = self.texts("x" * 20 + cluster, 20 + telegram_length(cluster) - missing)
                    self.assertEqual(pieces, ["x" * 20, cluster])

    def test_a_space_that_carries_an_accent_is_not_taken_from_it(self) -> None:
        self.assertEqual(self.texts("aaaa  \u0301b", 4), ["aaaa", " \u0301b"])

    def test_the_last_letter_of_a_long_entity_keeps_it(self) -> None:
        pieces = split(RichText("abcdefghij", (Entity(BOLD, 0, 10),)), 9)
        self.assertEqual([piece.entities for piece in pieces], [(Entity(BOLD, 0, 9),), (Entity(BOLD, 0, 1),)])

    def test_a_link_is_never_cut(self) -> None:
        text = "x" * 15 + " a link of words"
        pieces = split(RichText(text, (Entity(LINK, 16, 15),)), 20)
        self.assertEqual([piece.text for piece in pieces], ["x" * 15, "a link of words"])
        self.assertEqual(pieces[1].entities, (Entity(LINK, 0, 15),))

    def test_code_longer_than_a_piece_goes_on_as_code_and_keeps_its_indentation(self) -> None:
        code = "if a:\n    b()\n    c()\n"
        pieces = split(RichText(code, (Entity(PRE, 0, len(code)),)), 15)
        self.assertEqual([piece.text for piece in pieces], ["if a:\n    b()", "    c()"])
        self.assertEqual([piece.entities for piece in pieces], [(Entity(PRE, 0, 13),), (Entity(PRE, 0, 7),)])

    def test_code_at_the_beginning_of_a_piece_keeps_its_indentation(self) -> None:
        rich = RichText("words \n  indented", (Entity(PRE, 7, 10),))
        self.assertEqual([piece.text for piece in split(rich, 12)], ["words", "  indented"])

    def test_a_piece_has_100_entities_at_most(self) -> None:
        rich = RichText("a " * 250, tuple(Entity(BOLD, 2 * place, 1) for place in range(250)))
        self.assertEqual([len(piece.entities) for piece in split(rich)], [100, 100, 50])

    def test_more_entities_at_one_place_than_telegram_takes_lose_the_inner_ones(self) -> None:
        rich = RichText("word", tuple(Entity(BOLD, 0, 4) for _ in range(130)))
        self.assertEqual([len(piece.entities) for piece in split(rich)], [100])

    def test_a_blank_text_has_no_pieces(self) -> None:
        for text in ("", "  \n ", "\u200b" * 5000, "\u2800"):
            with self.subTest(text[:5]):
                self.assertEqual(self.texts(text, 4096), [])

    def test_entities_that_make_no_sense_are_left_out(self) -> None:
        odd = (Entity(BOLD, -5, 2), Entity(BOLD, 9, 3), Entity(BOLD, 1, 0), Entity(BOLD, -1, 3), Entity(BOLD, 3, 99))
        (piece,) = split(RichText("word", odd))
        self.assertEqual([(entity.offset, entity.length) for entity in piece.entities], [(0, 2), (3, 1)])

    def test_crossing_entities_longer_than_a_piece_together_do_not_stop_it(self) -> None:
        rich = RichText("ab " * 100, tuple(Entity(BOLD, place, 20) for place in range(0, 280, 10)))
        pieces = split(rich, 30)
        self.assertEqual("".join(piece.text for piece in pieces).replace(" ", ""), "ab" * 100)
        self.assertLessEqual(max(len(piece.text) for piece in pieces), 30)

    def test_a_letter_with_more_accents_than_a_piece_holds_is_cut_within_the_limit(self) -> None:
        pieces = self.texts("a" + "\u0301" * 10_000, 4096)
        self.assertEqual(sum(map(len, pieces)), 10_001)
        self.assertLessEqual(max(map(len, pieces)), 4096)

    def test_a_limit_that_holds_no_character_is_refused(self) -> None:
        with self.assertRaisesRegex(ValueError, "a piece of 1 UTF-16 units"):
            split(RichText("😀"), 1)
