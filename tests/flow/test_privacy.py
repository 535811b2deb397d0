"""/privacy: what is kept, one's own data as a file, and being forgotten: in the private chat, asked first."""

import io
import json
import zipfile
from datetime import timedelta
from unittest import mock

from django.conf import settings
from django.utils import timezone

from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.jobs.erasures import forget_people
from botcore.models import Erasure, Update, User
from botcore.people import tags
from botcore.runtime import settings as runtime
from botcore.runtime.jobs.run import Run
from sandbox.people import Person
from tests.database.dashboard.data import update
from tests.database.erasures import FIRST, ID, LAST, MARKS, USERNAME, WORDS, found
from tests.files import PICTURE, FileServer
from tests.flow.test_export import Documents
from tests.telegram import BotTestCase, Writer

CHARLIE = 3


class PrivacyTests(BotTestCase):
    """Zoraïde has an id, a name and words that nobody else has; Alice is an owner."""

    def setUp(self) -> None:
        super().setUp()
        self.telegram = self.documents = Documents(self.world)
        self.world.people[ID] = Person(ID, FIRST, LAST, USERNAME, "en")
        self.zora = Writer(self, ID, ID)

    async def waits(self) -> None:
        """Let the half minute go by that is between the press and the work."""
        await Erasure.objects.filter(finished_at=None).aupdate(asked_at=timezone.now() - timedelta(minutes=1))

    async def test_says_what_is_kept_and_for_how_long(self) -> None:
        await in_database(runtime.change, "retention.messages", "7", by="")
        await self.charlie.says("/privacy")
        self.assertIn("What I keep of you\n\nYour name, @username and language", self.charlie.sees)
        self.assertIn("• The text of what you send me: 30 days\n", self.charlie.sees)
        self.assertIn("• What I tell you: 7 days\n", self.charlie.sees)
        self.assertIn("• Messages to the operators, once they are read: for ever\n", self.charlie.sees)
        self.assertEqual(self.charlie.buttons, ["My data", "Erase everything about me"])

    async def test_in_a_group_it_says_nothing(self) -> None:
        charlie = self.person_in_group(CHARLIE)
        await charlie.says("/privacy")
        self.assertNotIn("What I keep", charlie.sees)

    async def test_my_data_is_a_file_with_everything_of_mine_and_nothing_of_others(self) -> None:
        await self.charlie.says("what Charlie wrote")
        await self.zora.says(WORDS)
        await self.zora.says("/privacy")
        await in_database(tags.tag, user_id=ID, name="vip", by="")
        self.assertEqual(await self.zora.presses("My data"), ["I gather it: the file comes in a moment."])
        ((parameters, document),) = self.documents.documents
        name, _, content = document.partition(": ")
        self.assertRegex(name, r"^my-data-\d{4}-\d\d-\d\d\.zip$")
        (text,) = self.opened(content).values()
        data = json.loads(text)
        self.assertEqual((data["person"], data["is_cut"]), (ID, False))
        self.assertEqual([row["username"] for row in data["tables"]["User"]], [USERNAME])
        self.assertEqual(data["tables"]["Update"][0]["raw"]["message"]["text"], WORDS)
        self.assertEqual([row["text"] for row in data["tables"]["Feedback"]], [WORDS])
        self.assertEqual([row["name"] for row in data["tables"]["PersonTag"]], ["vip"])
        self.assertNotIn(b"Charlie", text)
        rows = sum(len(rows) for rows in data["tables"].values())
        self.assertEqual(parameters["caption"], f"Everything that I keep of you, entries: {rows}")
        self.assertFalse(self.documents.places[0].exists())
        entry = await AuditEntry.objects.aget(action="people.takeout")
        self.assertEqual((entry.target, entry.actor_id), (f"person:{ID}", ID))

    def opened(self, content: str) -> dict[str, bytes]:
        """Return what is in the archive that was sent."""
        with zipfile.ZipFile(io.BytesIO(content.encode("utf-8", "surrogateescape"))) as made:
            return {name: made.read(name) for name in made.namelist()}

    async def sent_a_picture(self, file_id: str, size: int = 0) -> None:
        """Let a picture of Zoraïde's be kept."""
        raw = {"message": {"photo": [{"file_id": file_id, "file_size": size}]}}
        await in_database(update, user_id=ID, chat_id=ID, raw=json.dumps(raw))

    async def test_my_data_has_the_files_that_they_sent(self) -> None:
        await self.zora.says("/privacy")
        await self.sent_a_picture("FILE-1")
        await self.sent_a_picture("GONE-1")
        token = settings.TELEGRAM_BOT_TOKEN
        with mock.patch("tests.files.TOKEN", token), FileServer() as server, self.settings(TELEGRAM_API_URL=server.url):
            await self.zora.presses("My data")
        ((parameters, document),) = self.documents.documents
        found = self.opened(document.partition(": ")[2])
        data = json.loads(found.pop("data.json"))
        self.assertEqual(list(found.values()), [PICTURE])
        self.assertEqual([one.get("path", "") for one in data["files"]], [*found, ""])
        self.assertIn("does not have this file any more", data["files"][1]["missing"])
        self.assertTrue(parameters["caption"].endswith("\nFiles that were sent: 1\nMissing: 1; data.json says why"))
        self.assertNotIn(token, f"{document} {data}")

    async def test_what_is_too_much_for_telegram_comes_without_the_files_and_says_so(self) -> None:
        await self.zora.says("/privacy")
        for number in range(3):
            await self.sent_a_picture(f"FILE-{number}", size=19_000_000)
        await self.zora.presses("My data")
        ((parameters, document),) = self.documents.documents
        self.assertRegex(document, r"^my-data-\d{4}-\d\d-\d\d\.json: ")
        self.assertIn("Without the files that were sent: they are too many or too large", parameters["caption"])
        self.assertEqual(len(json.loads(document.partition(": ")[2])["files"]), 3)

    async def test_my_data_twice_an_hour_and_no_more(self) -> None:
        await self.zora.says("/privacy")
        await self.zora.presses("My data")
        await self.zora.presses("My data")
        (notice,) = await self.zora.presses("My data")
        self.assertIn("That was done too often.", notice or "")
        self.assertEqual(len(self.documents.documents), 2)

    async def test_forgets_after_a_question_and_begins_anew_with_the_next_message(self) -> None:
        await self.zora.says("/start from_a_friend")
        await self.zora.says(WORDS)
        await self.zora.says("/settings")
        await self.zora.presses("Русский")
        await self.zora.says("/settings")
        await self.zora.presses("English")
        await self.zora.says("/privacy")
        await self.zora.presses("Erase everything about me")
        self.assertIn("Shall I forget you?", self.zora.sees)
        self.assertEqual(await Erasure.objects.acount(), 0)
        await self.zora.presses("Erase everything")
        self.assertEqual(
            self.zora.sees, "Within a few minutes I will have forgotten you. What you write before that goes, too."
        )
        self.assertEqual(await in_database(forget_people, Run("erasures")), "people forgotten: 0")
        await self.waits()
        self.assertEqual(await in_database(forget_people, Run("erasures")), "people forgotten: 1")
        self.assertEqual(await in_database(found, (*MARKS, FIRST)), [])
        self.assertEqual((await Erasure.objects.aget()).by, "the person")
        await self.zora.says("/settings")
        anew = await User.objects.aget(pk=ID)
        self.assertEqual((anew.language, anew.source), ("", ""))
        self.assertIn("Language: English", self.zora.sees)

    async def test_cancel_forgets_nobody(self) -> None:
        await self.zora.says("/privacy")
        await self.zora.presses("Erase everything about me")
        await self.zora.presses("Cancel")
        self.assertEqual(await Erasure.objects.acount(), 0)
        self.assertTrue(await User.objects.filter(pk=ID).aexists())

    async def test_who_has_a_role_is_told_what_to_do_first(self) -> None:
        await self.alice.says("/privacy")
        (notice,) = await self.alice.presses("Erase everything about me")
        self.assertEqual(notice, "This person is an owner by TELEGRAM_ADMIN_IDS: take them out of it first.")

    async def test_in_their_language(self) -> None:
        await self.bob.says("/privacy")
        self.assertEqual(self.bob.buttons, ["Мои данные", "Стереть всё обо мне"])

    async def test_what_they_do_in_groups_and_what_others_answer_them_goes_too(self) -> None:
        group = self.person_in_group(ID)
        await group.says(f"{WORDS} in the group")
        post = self.world.messages(group.chat_id)[-1]
        self.world.say(2, group.chat_id, f"thank you, @{USERNAME}", reply_to=post.message_id)
        await self.settle()
        await self.zora.says("/privacy")
        await self.zora.presses("Erase everything about me")
        await self.zora.presses("Erase everything")
        await self.waits()
        self.assertEqual(await in_database(forget_people, Run("erasures")), "people forgotten: 1")
        self.assertEqual(await in_database(found, (*MARKS, FIRST)), [])
        answer = await Update.objects.filter(user_id=2, raw__contains="thank you").aget()
        self.assertEqual(json.loads(answer.raw)["message"]["text"], f"thank you, @{'*' * len(USERNAME)}")
