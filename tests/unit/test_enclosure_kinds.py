"""As what a file from a page goes: told by its first bytes, together where Telegram has albums, refused in words."""

from django.test import SimpleTestCase

from botcore.enclosures.kinds import form_of, kinds_of
from botcore.exceptions import ValidationError

JPEG, PNG = b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n\x00"
GIF, WEBP = b"GIF89a\x01", b"RIFF\x24\x00\x00\x00WEBPVP8 "
MP4, M4A, HEIC = b"\x00\x00\x00\x20ftypisom\x00", b"\x00\x00\x00\x20ftypM4A \x00", b"\x00\x00\x00\x20ftypheic\x00"
MP3 = b"ID3\x04\x00"
OPUS = b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x13OpusHead\x01"
VORBIS = b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x1e\x01vorbis"
FILMS = {"photo": JPEG, "video": MP4}


class KindTests(SimpleTestCase):
    """What Telegram shows of a file."""

    def kinds(self, *beginnings: bytes, wish: str = "") -> list[str]:
        """Return as what files of these beginnings go."""
        return kinds_of([(f"file {number}", beginning) for number, beginning in enumerate(beginnings)], wish)

    def refused(self, *beginnings: bytes, wish: str) -> str:
        """Return why they do not."""
        with self.assertRaises(ValidationError) as caught:
            self.kinds(*beginnings, wish=wish)
        return str(caught.exception)

    def test_first_bytes_tell_what_a_file_is(self) -> None:
        told = [form_of(one) for one in (JPEG, PNG, GIF, WEBP, MP4, M4A, MP3, OPUS, b"\xff\xfb\x90", VORBIS, HEIC)]
        self.assertEqual(told, ["jpeg", "png", "gif", "webp", "mp4", "m4a", "mp3", "opus", "mp3", "", ""])
        for nothing in (b"", b"\xff", b"<svg onload=alert(1)>", b"MZ\x90\x00", b"GIF", b"\n" * 64):
            self.assertEqual(form_of(nothing), "", nothing)

    def test_a_file_goes_as_what_it_is_whatever_it_is_called(self) -> None:
        self.assertEqual(kinds_of([("cat.jpg", b"<html>")], ""), ["document"])
        self.assertEqual([self.kinds(one) for one in (JPEG, GIF, MP4, MP3, OPUS)],
                         [["photo"], ["animation"], ["video"], ["audio"], ["voice"]])  # fmt: skip

    def test_photos_and_films_are_one_album_and_what_does_not_go_together_goes_as_files(self) -> None:
        self.assertEqual(self.kinds(JPEG, MP4, PNG), ["photo", "video", "photo"])
        self.assertEqual(self.kinds(MP3, M4A), ["audio", "audio"])
        self.assertEqual(self.kinds(JPEG, MP3), ["document", "document"])
        self.assertEqual(self.kinds(GIF, GIF), ["document", "document"])

    def test_a_wish_counts_where_telegram_takes_it(self) -> None:
        self.assertEqual(self.kinds(JPEG, wish="document"), ["document"])
        self.assertEqual(self.kinds(MP4, wish="animation"), ["animation"])
        self.assertEqual(self.kinds(MP3, wish="voice"), ["voice"])
        self.assertEqual(
            self.refused(b"<html>", wish="photo"),
            "file 0 cannot go as “Photo”: that takes a JPEG, PNG or WebP picture. Send it as a file.",
        )
        self.assertEqual(
            self.refused(OPUS, OPUS, wish="voice"), "“Voice message” goes one by one: send each by itself."
        )
        self.assertEqual(self.refused(JPEG, wish="sticker"), "There is no such kind of file.")
