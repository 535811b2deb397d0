"""The pages of the import of tags."""

from django.core.files.uploadedfile import SimpleUploadedFile

from botcore.models import PersonTag, TagImport
from botcore.people import tag_import
from botcore.people.tag_file import LARGEST
from tests.database.dashboard.data import PageTestCase, main_of, person


class TagImportTests(PageTestCase):
    """From the file to the tags."""

    def setUp(self) -> None:
        super().setUp()
        person(7, "<b>Dora</b>")

    def send(self, content: bytes, name: str = "tags.csv") -> str:
        """Send a file; return the page that answers."""
        file = SimpleUploadedFile(name, content, "text/csv")
        return main_of(self.client.post("/people/tags/", {"file": file}, follow=True).content.decode())

    def test_a_file_is_shown_before_anything_is_changed(self) -> None:
        page = self.send(b"7,vip\n99,vip\n7,two words", "<i>.csv")
        self.assertIn("&lt;i&gt;.csv", page)
        self.assertIn("&lt;b&gt;Dora&lt;/b&gt;", page)
        self.assertIn("#vip", page)
        self.assertIn("Line 3:", page)
        self.assertIn("Line 2:", page)
        self.assertFalse(PersonTag.objects.exists())

    def test_a_yes_puts_the_tags_on_and_a_second_one_changes_nothing(self) -> None:
        self.send(b"7,vip,beta")
        address = f"/people/tags/{TagImport.objects.get().pk}/"
        response = self.client.post(address, {"do": "apply"}, follow=True)
        self.assertContains(response, "2 tags are put on, on people: 1.")
        self.assertEqual(PersonTag.objects.count(), 2)
        response = self.client.post(address, {"do": "apply"}, follow=True)
        self.assertContains(response, "This file does not wait any more")
        self.assertContains(self.client.get(address, follow=True), "This file does not wait any more")

    def test_one_is_forgotten(self) -> None:
        self.send(b"7,vip")
        response = self.client.post(f"/people/tags/{TagImport.objects.get().pk}/", {"do": "drop"}, follow=True)
        self.assertContains(response, "The file is forgotten.")
        self.assertFalse(TagImport.objects.exists() or PersonTag.objects.exists())

    def test_a_file_of_nobody_offers_no_yes(self) -> None:
        self.assertNotIn('value="apply"', self.send(b"99,vip"))

    def test_what_is_refused_says_why_on_the_same_page(self) -> None:
        for content, why in (
            (b"7|vip", "one column"),
            (b"7,vip" + b" " * LARGEST, "more than 2 MB"),
            (b"\x00\x01", "null characters"),
        ):
            with self.subTest(content[:10]):
                self.assertIn(why, self.send(content))
        self.assertContains(self.client.post("/people/tags/", {}), "Choose a file.")
        self.assertContains(self.client.post("/people/tags/", {"file": "no file"}), "Choose a file.")
        self.assertFalse(TagImport.objects.exists())

    def test_somebody_elses_file_is_not_shown(self) -> None:
        self.send(b"7,vip")
        pk = TagImport.objects.get().pk
        self.client.force_login(type(self.alice).objects.create_superuser("bob"))
        self.assertContains(self.client.get(f"/people/tags/{pk}/", follow=True), "does not wait any more")
        self.client.post(f"/people/tags/{pk}/", {"do": "apply"})
        self.assertFalse(PersonTag.objects.exists())
        self.assertIsNotNone(tag_import.waiting(pk, self.alice.pk))
