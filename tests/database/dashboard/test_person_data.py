"""The page of what is kept of a person: how much, the file, and forgetting them by their id typed."""

import io
import json
import zipfile

from django.test import Client
from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.models import AuditEntry, Erasure, StaffLink
from botcore.people import tags
from tests.database.access import BOSS
from tests.database.dashboard.data import PageTestCase, message, outgoing, person, private, staff, update
from tests.database.erasures import FIRST, ID, LAST, WORDS
from tests.files import PICTURE, TOKEN, FileServer

PAGE = f"/people/{ID}/data/"


class PersonDataTests(PageTestCase):
    """Zoraïde has written to the bot."""

    def setUp(self) -> None:
        super().setUp()
        self.zora = person(ID, FIRST, last_name=LAST)
        private(self.zora)
        raw = {"message": {"text": WORDS, "photo": [{"file_id": "AgAC", "file_unique_id": "u", "file_size": 5}]}}
        update(user_id=ID, raw=json.dumps(raw))
        update(user_id=ID, chat_id=-5, raw="{}")
        outgoing(chat_id=ID)
        message(self.zora, WORDS)
        tags.tag(user_id=ID, name="vip", by="")

    def test_says_how_much_is_kept(self) -> None:
        page = self.text(PAGE)
        for label, count in (("Updates", 2), ("Messages of the bot", 1), ("Feedback", 1), ("Tags", 1), ("Profile", 1)):
            self.assertIn(f"<div><dt>{label}</dt><dd>{count}</dd></div>", page)
        self.assertNotIn("Bans and mutes", page)
        self.assertIn(f'<li><a href="/people/{ID}/"><bdi>{FIRST} {LAST}</bdi></a></li>', page)
        self.assertIn(f'href="{PAGE}"', self.text(f"/people/{ID}/"))

    def test_few_queries_whatever_is_kept(self) -> None:
        self.client.get(PAGE)
        with self.assertNumQueries(9):
            self.client.get(PAGE)

    def test_forgets_when_the_id_is_typed(self) -> None:
        response = self.client.post(f"{PAGE}erase/", {"typed": f" {ID} "}, follow=True)
        self.assertContains(response, "This person is forgotten within a few minutes.")
        self.assertContains(response, "It is under way")
        row = Erasure.objects.get()
        self.assertEqual((row.person_id, row.by), (ID, "alice"))
        self.assertEqual(AuditEntry.objects.get(action="people.erase").target, f"erasure:{row.pk}")

    def test_anything_else_typed_forgets_nobody_and_says_what_to_type(self) -> None:
        for typed in ("", "42", "yes"):
            response = self.client.post(f"{PAGE}erase/", {"typed": typed})
            self.assertContains(response, f"Type the Telegram id of this person: {ID}.", status_code=400)
        self.assertEqual(Erasure.objects.count(), 0)

    def test_staff_are_not_forgotten_and_the_page_says_what_to_do_first(self) -> None:
        access.grant(user_id=ID, role=Role.SUPPORT, by="", giver=BOSS)
        page = self.text(PAGE)
        self.assertIn("This person has a role: take it first.", page)
        self.assertNotIn('name="typed"', page)
        response = self.client.post(f"{PAGE}erase/", {"typed": str(ID)})
        self.assertEqual(response.status_code, 400)
        self.assertEqual(Erasure.objects.count(), 0)

    def test_the_file_has_all_of_theirs_and_is_on_record(self) -> None:
        response = self.client.get(f"/people/{ID}/data.json")
        data = json.loads(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        self.assertRegex(response["Content-Disposition"], rf'^attachment; filename="person-{ID}-[\d-]+\.json"$')
        self.assertEqual((data["person"], data["is_cut"], len(data["tables"]["Update"])), (ID, False, 2))
        self.assertEqual(data["files"], [{"table": "Update", "row": data["tables"]["Update"][0]["id"], "kind": "photo",
                                          "file_id": "AgAC", "file_unique_id": "u", "file_size": 5}])  # fmt: skip
        self.assertEqual(AuditEntry.objects.get(action="people.takeout").target, f"person:{ID}")

    def test_the_archive_has_the_files_too_and_is_on_record(self) -> None:
        raw = {"message": {"photo": [{"file_id": "FILE-1"}]}}
        update(user_id=ID, raw=json.dumps(raw))
        with FileServer() as server, self.settings(TELEGRAM_API_URL=server.url, TELEGRAM_BOT_TOKEN=TOKEN):
            response = self.client.get(f"/people/{ID}/data.zip")
            content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        self.assertRegex(response["Content-Disposition"], rf'^attachment; filename="person-{ID}-[\d-]+\.zip"$')
        with zipfile.ZipFile(io.BytesIO(content)) as made:
            (picture, data) = (made.read(name) for name in made.namelist())
        self.assertEqual((picture, json.loads(data)["person"]), (PICTURE, ID))
        missing = [one.get("missing") for one in json.loads(data)["files"]]
        self.assertEqual(missing, ["Telegram does not have this file any more, or not for this bot.", None])
        self.assertEqual(AuditEntry.objects.get(action="people.takeout").target, f"person:{ID}")

    def test_archives_hold_a_thread_for_long_so_few_are_made_at_once(self) -> None:
        statuses = [self.client.get(f"/people/{ID}/data.zip").status_code for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 429])

    def test_of_those_whose_talk_one_may_not_read_there_is_no_file(self) -> None:
        bob = staff("bob", "view_user", "erase_person", "export_data", "read_messages")
        StaffLink.objects.create(account=staff("zora", "view_user"), user_id=ID, at=timezone.now())
        access.grant(user_id=ID, role=Role.ADMIN, by="", giver=BOSS)
        client = Client()
        client.force_login(bob)
        for kind in ("json", "zip"):
            self.assertEqual(client.get(f"/people/{ID}/data.{kind}").status_code, 403)
        self.assertFalse(AuditEntry.objects.filter(action="people.takeout").exists())

    def test_somebody_whom_the_bot_does_not_know_is_not_found(self) -> None:
        for address in ("/people/5/data/", "/people/5/data.json", "/people/5/data.zip"):
            self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.client.post("/people/5/data/erase/", {"typed": "5"}).status_code, 404)
