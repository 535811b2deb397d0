"""Charts as pictures: what is drawn where, in PNGs that are looked at point by point."""

import resource
from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.test import SimpleTestCase
from PIL import Image

from botcore.charts.canvas import HEIGHT, WIDTH, cut, length, spoken
from botcore.charts.given import ChartOver, Given, Numbers
from botcore.charts.picture import BOTTOM, LOOKS, TOP, VOID, picture
from botcore.charts.scales import Unit, say, scale
from botcore.charts.times import NUMERIC, ticks

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOT, CALM, WARM = LOOKS["hot"], LOOKS["calm"], LOOKS["warm"]
PLOT_LEFT = 150  # right of the scale's texts
Color = tuple[int, int, int]


def drawn(*lines: tuple[str, Numbers], unit: Unit = Unit.NUMBER, length: timedelta = HOUR) -> Image.Image:
    """Draw lines until noon and read the picture."""
    given = Given("updates", "Updates", "What came.", [(look, look, numbers) for look, numbers in lines], unit)
    return Image.open(BytesIO(picture(ChartOver(given, NOON - length, NOON, NOON - timedelta(minutes=3)))))


def near(image: Image.Image, color: Color) -> list[tuple[int, int]]:
    """Return the points of the plot that have a color."""
    data = image.convert("RGB").load()
    assert data is not None
    return [(x, y) for x in range(PLOT_LEFT, WIDTH) for y in range(TOP - 12, BOTTOM + 12) if data[x, y] == color]


def columns(image: Image.Image, color: Color) -> set[int]:
    """Return where, from left to right, the plot has a color."""
    return {x for x, _ in near(image, color)}


class PictureTests(SimpleTestCase):
    """What a picture shows."""

    def test_it_is_a_png_of_the_size_that_telephones_show_well(self) -> None:
        image = drawn(("calm", [1.0] * 60))
        self.assertEqual((image.format, image.size), ("PNG", (WIDTH, HEIGHT)))
        self.assertEqual((WIDTH, HEIGHT), (1280, 640))

    def test_greater_values_stand_higher(self) -> None:
        points = near(drawn(("hot", [1.0] * 30 + [4.0] * 30)), HOT)
        middle = (PLOT_LEFT + WIDTH) // 2
        low = [y for x, y in points if x < middle - 100]
        high = [y for x, y in points if middle + 60 < x < WIDTH - 80]
        self.assertAlmostEqual(sum(high) / len(high), TOP, delta=2)  # 4 is the top of the scale
        self.assertAlmostEqual(sum(low) / len(low), BOTTOM - (BOTTOM - TOP) / 4, delta=2)

    def test_a_gap_has_no_line_and_is_shaded(self) -> None:
        image = drawn(("hot", [2.0] * 20 + [None] * 20 + [2.0] * 20))
        line, void = columns(image, HOT), columns(image, VOID)
        self.assertTrue(line and void)
        self.assertFalse(line & set(range(min(void) + 6, max(void) - 6)))
        self.assertLess(min(line), min(void))
        self.assertGreater(max(line), max(void))

    def test_the_grey_has_a_word_where_there_is_some(self) -> None:
        for numbers, is_there in (([2.0] * 20 + [None] * 20 + [2.0] * 20, True), ([2.0] * 60, False)):
            data = drawn(("hot", numbers)).convert("RGB").load()
            assert data is not None
            head = {data[x, y] for x in range(WIDTH) for y in range(100, 150)}
            self.assertEqual(VOID in head, is_there)

    def test_the_newest_minutes_are_no_gap_yet(self) -> None:
        self.assertFalse(columns(drawn(("hot", [2.0] * 57 + [None] * 3)), VOID))
        self.assertTrue(columns(drawn(("hot", [2.0] * 55 + [None] * 5)), VOID))

    def test_a_value_between_two_gaps_is_seen(self) -> None:
        self.assertGreater(len(near(drawn(("hot", [None] * 30 + [7.0] + [None] * 29)), HOT)), 50)

    def test_several_lines_have_their_own_colors(self) -> None:
        image = drawn(("calm", [1.0] * 60), ("warm", [2.0] * 60), ("hot", [3.0] * 60), ("broad", [4.0] * 60))
        for color in LOOKS.values():
            self.assertGreater(len(columns(image, color)), 900)

    def test_no_more_than_four_lines_are_drawn(self) -> None:
        four = [("calm", [float(number)] * 60) for number in range(4)]
        self.assertEqual(drawn(*four, ("hot", [2.0] * 60)).tobytes(), drawn(*four).tobytes())

    def test_negative_values_stand_below_zero(self) -> None:
        points = near(drawn(("calm", [-4.0] * 60)), CALM)
        self.assertGreater(min(y for x, y in points if x < 1000), BOTTOM - 20)
        both = {y for _, y in near(drawn(("calm", [4.0] * 30 + [-4.0] * 30)), CALM)}
        self.assertTrue(min(both) <= TOP + 5 and max(both) >= BOTTOM - 5)

    def test_strange_numbers_draw_a_picture_all_the_same(self) -> None:
        infinite = [float("inf"), float("nan"), 1.0]
        strange: tuple[Numbers, ...] = (
            [],
            [None],
            [None] * 60,
            [0.0] * 60,
            [1.0],
            [1e308, -1e308],
            infinite,
            [1e-300] * 9,
        )
        for numbers in strange:
            for unit in Unit:
                for span in (HOUR, DAY, 365 * DAY):
                    with self.subTest(numbers=numbers[:3], unit=unit, span=span):
                        self.assertEqual(drawn(("calm", numbers), unit=unit, length=span).size, (WIDTH, HEIGHT))

    def test_nothing_at_all_is_one_gap(self) -> None:
        image = drawn(("hot", [None] * 60))
        self.assertGreater(len(columns(image, VOID)), 1000)
        self.assertFalse(near(image, HOT))

    def test_many_pictures_take_no_more_memory_than_one(self) -> None:
        lines = [("calm", [1.0, 5.0] * 60)]
        for _ in range(3):
            drawn(*lines)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(25):
            drawn(*lines)
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 20_000)  # KiB; one has 10 MB


class WordsTests(SimpleTestCase):
    """What is written: characters of the font, in the room that there is."""

    def test_what_the_font_does_not_have_is_a_question_mark(self) -> None:
        self.assertEqual(spoken("5\N{NO-BREAK SPACE}ms \N{EN DASH} Имя"), "5 ms - ???")

    def test_long_words_are_cut(self) -> None:
        self.assertEqual(cut("updates", 30, 400), "updates")
        short = cut("a_very_long_name_of_a_series", 30, 200)
        self.assertTrue(short.startswith("a_very") and short.endswith("…"), short)
        self.assertLessEqual(length(short, 30), 200)
        self.assertEqual(cut("updates", 30, -10), "")

    def test_times_are_figures(self) -> None:
        self.assertEqual([tick.name for tick in ticks(NOON - DAY, NOON, NUMERIC)], ["18:00", "03-10", "06:00"])
        for more in (timedelta(), 6 * HOUR):  # the last point of a history ends a little later than now
            names = [tick.name for tick in ticks(NOON - 30 * DAY, NOON + more, NUMERIC)]
            self.assertGreaterEqual(len(names), 4)
        names = [tick.name for tick in ticks(NOON - 365 * DAY, NOON, NUMERIC)]
        self.assertEqual(names, ["2025-04", "2025-07", "2025-10", "2026-01"])


class BelowZeroTests(SimpleTestCase):
    """Scales that go below 0."""

    def test_a_scale_holds_zero_and_both_ends(self) -> None:
        found = scale(10, low=-10)
        self.assertEqual((found.top, found.bottom, found.ticks), (10, -10, ("10", "5", "0", "-5", "-10")))
        self.assertEqual(scale(-2, low=-3).top, 0)
        self.assertEqual(scale(-2, low=-3).ticks, ("0", "-1", "-2", "-3"))

    def test_negative_values_are_said_like_others(self) -> None:
        self.assertEqual((say(-1300), say(-0.25, Unit.SECONDS)), ("-1.3k", "-250\N{NO-BREAK SPACE}ms"))
