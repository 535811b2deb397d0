"""In front of Django: requests that nobody can read."""

from typing import Any
from wsgiref.util import setup_testing_defaults

from django.test import SimpleTestCase

from botproject.readable import readable

FORM = "application/x-www-form-urlencoded"


def ask(kind: str = "", length: str = "", query: str = "a=%ff", accept: str = "*/*") -> tuple[str, bytes]:
    """Send a request to an application that answers 200, as gunicorn gives it; return status and body."""
    environ: dict[str, Any] = {"QUERY_STRING": query, "CONTENT_TYPE": kind, "CONTENT_LENGTH": length}
    environ["HTTP_ACCEPT"] = accept
    setup_testing_defaults(environ)
    told: list[str] = []

    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"read"]

    def start_response(status: str, _headers: Any, _error: Any = None) -> Any:
        told.append(status)

    body = b"".join(readable(application)(environ, start_response))
    return told[0], body


class ReadableTests(SimpleTestCase):
    """What comes through."""

    def test_charsets_but_utf_8_do_not(self) -> None:
        for kind in (FORM, "multipart/form-data; boundary=x", "text/plain", "application/json"):
            for charset in ("utf-16", "utf8", "utf-8-sig", "latin-1", "foo", "hex", "rot13", "idna", "punycode",
                            "undefined", "\x00", "x" * 5000, "''"):  # fmt: skip
                with self.subTest(kind, charset=charset[:20]):
                    found = ask(f"{kind}; charset={charset}")
                    self.assertEqual(found, ("400 Bad Request", b"A request must be in UTF-8."))

    def test_utf_8_and_none_do(self) -> None:
        for kind in ("", FORM, f"{FORM}; charset=utf-8", f'{FORM}; charset="UTF-8"', "multipart/form-data; boundary=x"):
            with self.subTest(kind):
                self.assertEqual(ask(kind, "7"), ("200 OK", b"read"))

    def test_a_kind_that_cannot_be_parsed_does_not(self) -> None:
        for pieces in ("charset*=foo''x", "x*0=a; x*=b", "y*=nosuch''%41", "y*0*=undefined''%41", "charset="):
            with self.subTest(pieces):
                found = ask(f"{FORM}; {pieces}")
                self.assertEqual(found, ("400 Bad Request", b"The Content-Type of the request is not readable."))

    def test_a_wish_that_cannot_be_parsed_does_not(self) -> None:
        for pieces in ("y*=nosuch''%41", "x*0=a; x*=b", "x*0*=undefined''%41", "x* =a"):
            with self.subTest(pieces):
                found = ask(accept=f"text/html; {pieces}")
                self.assertEqual(found, ("400 Bad Request", b"The Accept of the request is not readable."))

    def test_wishes_of_browsers_do(self) -> None:
        for accept in ("", "*/*", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/*;q=0.3, */*;q=0.5"):
            with self.subTest(accept):
                self.assertEqual(ask(accept=accept), ("200 OK", b"read"))

    def test_a_length_that_is_none_does_not(self) -> None:
        for length in ("abc", "-1", "1.5", "²", " "):
            with self.subTest(length):
                self.assertEqual(ask(length=length), ("400 Bad Request", b"The length of the request is no number."))
