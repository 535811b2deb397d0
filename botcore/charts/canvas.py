"""A sheet to draw on with Pillow, at twice its size: made smaller at the end, its edges are smooth.

Pillow's own font knows ASCII only: so words for people stand beside a picture, in their language.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1280, 640
TWICE = 2
Point = tuple[float, float]
Color = tuple[int, int, int]

WHITE: Color = (255, 255, 255)


class Canvas:
    """A white sheet; all lengths are those of the finished picture."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * TWICE, HEIGHT * TWICE), WHITE)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, points: Sequence[Point], color: Color, width: float) -> None:
        """Draw a line through the points, with round ends."""
        self._draw.line([_twice(point) for point in points], color, round(width * TWICE), joint="curve")
        for point in (points[0], points[-1]):
            self.dot(point, color, width / 2)

    def rule(self, start: Point, end: Point, color: Color) -> None:
        """Draw a straight hairline."""
        self._draw.line([_twice(start), _twice(end)], color, TWICE)

    def dot(self, center: Point, color: Color, radius: float) -> None:
        """Draw a filled circle."""
        self._draw.circle(_twice(center), radius * TWICE, color)

    def box(self, start: Point, end: Point, color: Color, radius: float = 0) -> None:
        """Draw a filled box from its upper left to its lower right corner."""
        self._draw.rounded_rectangle([_twice(start), _twice(end)], radius * TWICE, color)

    def shape(self, points: Sequence[Point], color: Color) -> None:
        """Draw a filled shape."""
        self._draw.polygon([_twice(point) for point in points], color)

    def text(self, place: Point, words: str, size: int, color: Color, anchor: str = "ls") -> None:
        """Write words; the anchor is Pillow's: l, m or r, and s for the baseline, m for the middle."""
        self._draw.text(_twice(place), spoken(words), color, _font(size), anchor)

    def png(self) -> bytes:
        """Return the picture."""
        file = BytesIO()
        self._image.reduce(TWICE).save(file, "PNG", compress_level=4)
        return file.getvalue()


def length(words: str, size: int) -> float:
    """Return how wide words are."""
    return _font(size).getlength(spoken(words)) / TWICE


def cut(words: str, size: int, most: float) -> str:
    """Return words that are no wider than so much."""
    while words and length(words, size) > most:
        words = words.removesuffix("…")[:-1] + "…" if len(words) > 1 else ""
    return words


def spoken(words: str) -> str:
    """Return words in characters that the font has; what it has not is a question mark."""
    plain = words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")
    return "".join(one if " " <= one <= "~" or one == "…" else "?" for one in plain)


def mixed(color: Color, share: float) -> Color:
    """Return a color so strong on white."""
    red, green, blue = (round(255 - (255 - part) * share) for part in color)
    return red, green, blue


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size * TWICE)
    if not isinstance(font, ImageFont.FreeTypeFont):  # only where Pillow was built without FreeType
        raise TypeError("Charts need a Pillow with FreeType, such as the one of requirements.txt.")
    return font


def _twice(point: Point) -> Point:
    return point[0] * TWICE, point[1] * TWICE
