"""Variables of broadcasts: what counts as one, what is said to whom, and that nobody's name becomes formatting."""

from django.test import SimpleTestCase

from botcore.broadcasts import variables
from botcore.exceptions import ValidationError
from botcore.texts.markup import HTML

ALICE = {"first_name": "Alice", "last_name": "", "username": "alice", "language": "en"}


class VariableTests(SimpleTestCase):
    """Texts and a person."""

    def test_values_are_filled_in_and_what_is_missing_has_its_fallback(self) -> None:
        for text, expected in (
            ("Hello {first_name}!", "Hello Alice!"),
            ("Hello { first_name }!", "Hello Alice!"),
            ("{first_name|friend} {last_name|Nobody}", "Alice Nobody"),
            ("{last_name}.", "."),
            ("@{username} {language}", "@alice en"),
            ("{last_name|<b>x</b>}", "<b>x</b>"),
        ):
            with self.subTest(text):
                self.assertEqual(variables.filled(text, ALICE, HTML), expected)

    def test_a_name_is_never_formatting_and_never_another_variable(self) -> None:
        for name, expected in (
            ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
            ("{username}", "{username}"),
            (r"\1 \g<0>", r"\1 \g&lt;0&gt;"),
        ):
            with self.subTest(name):
                self.assertEqual(variables.filled("{first_name}", {"first_name": name}, HTML), expected)
        self.assertEqual(variables.filled("{first_name}", {"first_name": "<b>"}, ""), "<b>")

    def test_what_does_not_exist_is_refused_with_what_does(self) -> None:
        for text in ("{name}", "{First_Name}", "{имя|друг}", "{first_name} {phone}"):
            with self.subTest(text), self.assertRaisesMessage(ValidationError, "{first_name}, {last_name}, {username}"):
                variables.check(text)

    def test_braces_that_are_none_stay(self) -> None:
        for text in ('{"a": 1}', "{}", "{ }", "{{ first_name }}", "{1}", "f(x) { return x; }", "&#123;first_name}"):
            with self.subTest(text):
                variables.check(text)
                self.assertFalse(variables.has_any(text))
                self.assertEqual(variables.filled(text, ALICE, HTML), text)
