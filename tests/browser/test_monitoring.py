"""The page Monitoring with a real bot and a day of history: what is pointed at is said, a drag and a click zoom in."""

import re

from playwright.sync_api import expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium

DAY = """
from datetime import timedelta
from django.utils import timezone
from botcore.models import MetricSample, Step
from botcore.monitoring.history.values import of_counter, write_values
now = timezone.now().replace(second=0, microsecond=0)
MetricSample.objects.bulk_create([
    MetricSample(step=Step.MINUTE, at=now - number * timedelta(minutes=1),
                 values=write_values({"updates_received": of_counter(120)}))
    for number in range(10, 1440)
])
"""


@needs_chromium
class MonitoringTests(BrowserTestCase):
    """An operator and the charts."""

    def test_from_the_lights_to_a_part_of_a_chart(self) -> None:
        self.stack.manage("shell", "-c", DAY)
        self.log_in(self.deck)
        self.deck.get_by_role("link", name="Monitoring", exact=True).click()
        expect(self.deck.locator("#check-poller.ok")).to_be_visible()  # the fragment comes by itself once it polls
        expect(self.deck.locator("table.fleet tbody tr")).to_have_count(1)

        self.deck.get_by_role("link", name="Day", exact=True).click()
        plot = self.deck.locator("#chart-updates svg[data-zoom]")
        # What is last is the bot's own minute as soon as its runner has rolled one up.
        expect(plot).to_have_attribute("aria-label", re.compile(r"^Updates, the last day: received [^,]+, 2/s at most"))
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        x, y, width = box["x"], box["y"] + box["height"] / 2, box["width"]
        self.deck.mouse.move(x + width * 0.3, y)
        expect(self.deck.locator("#chart-updates [data-moment]")).to_have_text(re.compile(r"^\d\d \w+ \d\d:\d\d$"))

        expect(self.deck.locator("#chart-updates [data-value]").first).to_have_text("2/s")

        self.deck.mouse.down()
        self.deck.mouse.move(x + width * 0.6, y, steps=4)
        self.deck.mouse.up()
        self.deck.wait_for_url("**/monitoring/?since=*&until=*")
        expect(plot).to_have_attribute("aria-label", re.compile(r"^Updates, from [\d: -]+ to .*: received 2/s last"))

        dragged = self.deck.url
        plot.click(position={"x": width / 2, "y": 20})
        expect(self.deck).not_to_have_url(dragged)
        self.deck.get_by_role("link", name="Zoom out").click()
        expect(plot).to_be_visible()
        self.deck.locator("#chart-updates a", has_text="As a table").click()
        expect(self.deck.locator("#table-updates tbody tr").first).to_be_visible()
        self.deck.get_by_role("link", name="Without tables").click()
        expect(self.deck.locator("#table-updates")).to_have_count(0)
        self.assertEqual(self.complaints, [])
