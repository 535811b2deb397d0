"""What charts share: a drawing's own units, and numbers as a template writes them."""

HEIGHT = 100  # the chart's own units; the page stretches them
STEP = 10  # a bar of 8 between its gaps
GAP = 1


def percent(share: float) -> str:
    """Write a share of the drawing; a text, because a template turns numbers into texts slowly."""
    return f"{100 * share:.2f}%"


def level(value: float, peak: float, levels: int = 5) -> int:
    """Return how strong a colour is: 0 for nothing, 1 for little, `levels` for the peak."""
    if value <= 0 or peak <= 0:
        return 0
    return max(1, min(levels, round(levels * value / peak + 0.499)))


def round_up(number: int) -> int:
    """Return the next of 2, 4, 10, 20, 40, 100 …: its half is a whole number too."""
    power = 1
    while True:
        for step in (2, 4, 10):
            if number <= step * power:
                return step * power
        power *= 10
