"""The range of time that a page of charts shows: read from its address, and the addresses of what lies around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.sentences.numerals import dated

SPANS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
SPAN_WORDS = {
    "hour": gettext_lazy("the last hour"),
    "day": gettext_lazy("the last day"),
    "week": gettext_lazy("the last week"),
    "month": gettext_lazy("the last month"),
    "year": gettext_lazy("the last year"),
}
FACTOR = 4  # of one zoom
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(days=5 * 365)
SKEW = timedelta(minutes=1)  # clocks of people may be ahead; the last point that they drag over is not over
CLICKS = 8  # parts of a chart that can be clicked at
EXAMPLE = "2026-03-31T18:00"


@dataclass(frozen=True, slots=True)
class Window:
    """A range in an address."""

    since: datetime
    until: datetime

    @property
    def query(self) -> str:
        """The address' query, in whole minutes."""
        return "?" + urlencode({"since": _written(self.since), "until": _written(self.until)}, safe=":")


@dataclass(frozen=True)
class Range:
    """What is shown. `span` is a word of SPANS for a range that ends now, else empty; `complaint` says what was wrong.

    A range that ends now moves on: its ends are no news to a page, so they are not in the repr.
    """

    span: str
    since: datetime = field(repr=False)
    until: datetime = field(repr=False)
    now: datetime = field(repr=False)
    complaint: str = ""

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.until - self.since

    @property
    def words(self) -> str:
        """Say it."""
        if self.span:
            return str(SPAN_WORDS[self.span])
        ends = {"since": f"{self.since:%Y-%m-%d %H:%M}", "until": f"{self.until:%Y-%m-%d %H:%M}"}
        return _("from %(since)s to %(until)s UTC") % ends

    @property
    def window(self) -> Window:
        """Its two ends."""
        return Window(self.since, self.until)

    @property
    def earlier(self) -> Window:
        """As long, and before it."""
        return Window(self.since - self.length, self.since)

    @property
    def later(self) -> str:
        """The query of what is as long and after it; empty when that is the future."""
        if self.span or self.until >= self.now:
            return ""
        until = self.until + self.length
        if until < self.now:
            return Window(self.until, until).query
        return next(
            (f"?range={span}" for span, length in SPANS.items() if length == self.length),
            Window(self.now - self.length, self.now).query,
        )

    @property
    def wider(self) -> Window | None:
        """Four times as long around it; None when there is no more."""
        length = min(self.length * FACTOR, LONGEST)
        if length <= self.length:
            return None
        until = min(self.until + (length - self.length) / 2, self.now)
        return Window(until - length, until)

    @property
    def quarters(self) -> list[tuple[str, Window]]:
        """Its four parts and their names; none when they would be too short."""
        part = self.length / FACTOR
        if part < SHORTEST:
            return []
        starts = [self.since + part * number for number in range(FACTOR)]
        return [(f"{self.moment(at)} – {self.moment(at + part)}", Window(at, at + part)) for at in starts]

    def closer(self, at: datetime) -> Window:
        """Return the window that one sees by clicking at a moment: a quarter of the range around its eighth."""
        eighth = self.length / CLICKS
        number = min(CLICKS - 1, max(0, (at - self.since) // eighth))
        length = max(self.length / FACTOR, SHORTEST)
        since = self.since + eighth * number + eighth / 2 - length / 2
        since = max(self.since, min(since, self.until - length))
        return Window(since, min(since + length, self.now))

    def moment(self, at: datetime) -> str:
        """Name a moment as shortly as the range allows; always by UTC."""
        if self.length <= timedelta(hours=2):
            return f"{at:%H:%M}"
        if self.length <= timedelta(days=62):
            return dated(at, "d M H:i")
        return dated(at, "d M Y")


def chosen(query: Mapping[str, str], now: datetime) -> Range:
    """Return the range that an address asks for; a wrong one is the last hour, and says why."""
    default = Range("hour", now - SPANS["hour"], now, now)
    since, until = query.get("since", "").strip(), query.get("until", "").strip()
    try:
        if since or until:
            return _between(_read(since), _read(until), now)
    except ValueError as exc:
        return replace(default, complaint=f"{exc} {_('Shown is the last hour.')}")
    span = query.get("range", "hour")
    if span not in SPANS:
        complaint = _("There is no such range; choose one of %(ranges)s.") % {"ranges": ", ".join(SPANS)}
        return replace(default, complaint=complaint)
    return Range(span, now - SPANS[span], now, now)


def _between(since: datetime | None, until: datetime | None, now: datetime) -> Range:
    wrong = []
    if until and until > now + SKEW:
        wrong.append(_("The range ends in the future: it is shown up to now."))
    until = min(until or now, now)
    if until <= now - LONGEST:
        raise ValueError(_("The range ends before anything was kept: five years back at most."))
    since = since or until - SPANS["hour"]
    if since >= now:
        raise ValueError(_("The range begins in the future."))
    if since >= until:
        raise ValueError(_("The range ends before it begins."))
    if until - since < SHORTEST:
        wrong.append(_("The range is shorter than 10 minutes: shown are the 10 minutes before its end."))
    if until - since > LONGEST:
        wrong.append(_("The range is longer than five years: shown are the last five of it."))
    since = max(min(since, until - SHORTEST), until - LONGEST)
    return Range("", since, until, now, " ".join(wrong))


def _read(text: str) -> datetime | None:
    """Read a moment, by UTC where it names no zone; None for nothing."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        said = _("One end of the range is no time; write it as %(example)s, in UTC.")
        raise ValueError(said % {"example": EXAMPLE}) from None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"
