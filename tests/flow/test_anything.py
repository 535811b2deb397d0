"""Ten thousand updates that make no sense, through the whole pipeline: not one of them is a bug."""

import itertools
import os
from typing import Any

from asgiref.sync import async_to_sync
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from botcore import handlers
from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.inbox.envelope import read_envelope
from botcore.inbox.models import State, Update
from botcore.registry import Registry
from botcore.runtime import settings as runtime
from sandbox.world import GROUP_ID
from tests.database.access import BOSS
from tests.database.captured import Records, recorded
from tests.flow.random_updates import Crowd, updates
from tests.telegram import BotTestCase

BATCH = 50
EXAMPLES = int(os.environ.get("FUZZ_UPDATES", "10000")) // BATCH
ROLES = {"Erin": Role.SUPPORT, "Frank": Role.MODERATOR, "Grace": Role.ADMIN}


class AnythingTests(BotTestCase):
    """Alice is an owner, Bob and Charlie are members, Mallory is banned, the rest have roles."""

    def setUp(self) -> None:
        """Let the people come, and the bot say something in each chat."""
        super().setUp()
        runtime.change("throttle.enabled", "off", by="the tests")
        people = [self.world.people[number] for number in (1, 2, 3)]
        people += [self.world.add_person(name, language="en") for name in (*ROLES, "Mallory")]
        self.numbers = itertools.count(900_000_000)
        async_to_sync(self.begin)([person.id for person in people])
        by_name = {person.first_name: person.id for person in people}
        for name, role in ROLES.items():
            access.grant(user_id=by_name[name], role=role, by="the tests", giver=BOSS)
        access.restrict(user_id=by_name["Mallory"], kind=Keep.BANNED, by="the tests")
        chats = [GROUP_ID, *by_name.values()]
        posts = {chat: self.world.messages(chat)[-1].to_json() for chat in chats}
        self.crowd = Crowd([person.to_json() for person in people], posts)

    async def begin(self, people: list[int]) -> None:
        """Let everybody write once, and the bot answer."""
        await self.bot()
        for person in people:
            self.world.say(person, person, "/about")
        self.world.say(people[0], GROUP_ID, "/about")
        await self.settle()

    def test_nothing_that_people_send_is_a_bug(self) -> None:
        registry = Registry.discover(handlers)

        @settings(  # what fails is shown as it is: one update of a batch is small already
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(updates(registry, self.crowd), min_size=BATCH, max_size=BATCH))
        def send(batch: list[dict[str, Any]]) -> None:
            with recorded() as records:
                async_to_sync(self.send)(batch)
            self.check(records)

        send()

    async def send(self, batch: list[dict[str, Any]]) -> None:
        """Let a new bot handle all of them."""
        self._application = None
        await self.bot()
        await self.accept([read_envelope({"update_id": next(self.numbers), **body}) for body in batch])
        await self.handle()

    def check(self, records: Records) -> None:
        """Nothing failed, and nothing was recorded."""
        bad = Update.objects.filter(state__in=[State.DEAD, State.QUARANTINED, State.PENDING])
        self.assertEqual([(row.handler, row.error, row.raw) for row in bad[:3]], [])
        self.assertEqual([record["title"] for record in records.records], [])
