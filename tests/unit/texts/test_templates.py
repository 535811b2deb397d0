"""Templates in MarkdownV2, and that no template or feature switches escaping off."""

import ast
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.template import Context, Engine
from django.template.exceptions import TemplateSyntaxError
from django.template.loader import get_template
from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from botcore.pipeline.context import render
from botcore.texts.entities import Entity, RichText, Style
from botcore.texts.html_reader import parse_html
from botcore.texts.length import telegram_length
from botcore.texts.template_loader import html_template

ROOT = Path(__file__).parents[3]
NASTY = "*_[x](http://evil.org)_*`~||<b>&amp;\"'.!-"


def rendered(source: str, **values: object) -> RichText:
    """Render a template in MarkdownV2 and read what comes out as Telegram does."""
    return parse_html(Engine().from_string(html_template(source)).render(Context(values)))


class MarkdownTemplateTests(SimpleTestCase):
    """`*.md` templates."""

    def test_what_the_author_marks_is_marked_and_values_are_plain(self) -> None:
        read = rendered("*{{ name }}* \\- `{{ name }}`\n>_{{ name|upper }}_", name=NASTY)
        size = telegram_length(NASTY)
        self.assertEqual(read.text, f"{NASTY} - {NASTY}\n{NASTY.upper()}")
        self.assertEqual(
            read.entities,
            (
                Entity(Style("bold"), 0, size),
                Entity(Style("code"), size + 3, size),
                Entity(Style("blockquote"), 2 * size + 4, size),
                Entity(Style("italic"), 2 * size + 4, size),
            ),
        )

    def test_an_address_stays_an_address(self) -> None:
        read = rendered("[{{ words }}]({{ url }})", words="](x)", url='https://x.org/")>(a_b*')
        self.assertEqual(read.entities, (Entity(Style("text_link", url='https://x.org/")>(a_b*'), 0, 4),))

    def test_the_id_of_an_emoji_may_be_a_value(self) -> None:
        read = rendered("![{{ sign }}](tg://emoji?id={{ id }})", sign="!", id=7)
        self.assertEqual(read.entities, (Entity(Style("custom_emoji", custom_emoji_id="7"), 0, 1),))

    @settings(max_examples=100, deadline=None)
    @given(st.text(), st.integers(), st.floats(allow_nan=False))
    def test_no_value_changes_what_is_marked(self, text: str, whole: int, real: float) -> None:
        values = {"text": text, "whole": whole, "real": real, "list": [text, {"key": text}]}
        read = rendered("{{ text }}{{ whole }}{{ real }}{{ list }}{% firstof text 'x' %}", **values)
        self.assertEqual(read.entities, ())
        self.assertTrue(read.text.startswith(text))

    def test_blocks_of_the_template_are_left_alone(self) -> None:
        read = rendered(
            "{% if a_b == '*' %}*yes*{% else %}no{% endif %}{# . #}{% for x in xs %}\n\\- {{ x }}{% endfor %}",
            a_b="*",
            xs="pq",
        )
        self.assertEqual(read, RichText("yes\n- p\n- q", (Entity(Style("bold"), 0, 3),)))

    def test_what_is_translated_is_taken_as_it_stands(self) -> None:
        source = "*{% blocktranslate with name=n %}Hello, {{ name }}. Well!{% endblocktranslate %}*"
        engine = Engine(libraries={"i18n": "django.templatetags.i18n"}, builtins=["django.templatetags.i18n"])
        read = parse_html(engine.from_string(html_template(source)).render(Context({"n": "<*>"})))
        self.assertEqual(read, RichText("Hello, <*>. Well!", (Entity(Style("bold"), 0, 17),)))

    def test_a_mark_that_begins_in_a_block_ends_in_it(self) -> None:
        for source in (
            "{% if a %}*{% endif %}b*",
            "*a{% if a %}b{% else %}c*{% endif %}",
            "{% for a in b %}\n>{{ a }}{% endfor %}",
        ):
            with (
                self.subTest(source),
                self.assertRaisesRegex(TemplateSyntaxError, "must begin and end inside or outside of"),
            ):
                html_template(source)
        self.assertEqual(html_template("*{% if a %}b{% endif %}*"), "<b>{% if a %}b{% endif %}</b>")

    def test_a_mistake_is_told_when_the_template_is_loaded(self) -> None:
        with (
            self.settings(
                TEMPLATES=[
                    {
                        "BACKEND": "django.template.backends.django.DjangoTemplates",
                        "OPTIONS": {"loaders": [("botcore.texts.template_loader.Loader", [self.folder("Hello.")])]},
                    }
                ]
            ),
            self.assertRaisesRegex(TemplateSyntaxError, "broken at character 6: “.” must be written"),
        ):
            render("greeting")

    def test_render_takes_a_template_in_markdown(self) -> None:
        with self.settings(
            TEMPLATES=[
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "OPTIONS": {
                        "loaders": [("botcore.texts.template_loader.Loader", [self.folder("*Hello*, {{ name }}\\.")])]
                    },
                }
            ]
        ):
            self.assertEqual(render("greeting", name="<*>"), "<b>Hello</b>, &lt;*&gt;.")

    def folder(self, source: str) -> str:
        """Make a folder with messages/greeting.md."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        (Path(folder) / "messages").mkdir()
        (Path(folder) / "messages" / "greeting.md").write_text(source)
        return folder


class NothingUnescapedTests(SimpleTestCase):
    """What would let a value be read as markup."""

    def test_no_template_of_a_message_switches_escaping_off(self) -> None:
        unsafe = re.compile(r"\|\s*(?:safe|safeseq|escape_off)\b|autoescape\s+off|\{%\s*debug")
        folder = ROOT / "templates" / "messages"
        found = [path.name for path in folder.rglob("*") if path.is_file() and unsafe.search(path.read_text())]
        self.assertEqual(found, [])

    def test_every_template_of_a_message_loads(self) -> None:
        for path in (ROOT / "templates" / "messages").iterdir():
            with self.subTest(path.name):
                get_template(f"messages/{path.name}")

    def test_nothing_in_botcore_calls_a_text_safe_or_builds_markup_by_hand(self) -> None:
        found = [
            f"{path.relative_to(ROOT)}:{line}"
            for path in (ROOT / "botcore").rglob("*.py")
            for line in unsafe_lines(path.read_text())
        ]
        self.assertEqual(found, [])

    def test_the_search_finds_what_it_looks_for(self) -> None:
        for source in (
            "mark_safe(x)",
            "Template(x, autoescape=False)",
            "send(f'<b>{x}</b>', parse_mode='HTML')",
            "send(text='<b>' + x, parse_mode='HTML')",
            "send('<b>%s</b>' % x, parse_mode=MODE)",
            "send('<b>{}</b>'.format(x), parse_mode=MODE)",
            "def f():\n    words = f'<b>{x}'\n    send(1, words, parse_mode=MODE)",
            "send(1, caption=f'{x}', parse_mode=MODE)",
        ):
            with self.subTest(source):
                self.assertNotEqual(list(unsafe_lines(source)), [])
        self.assertEqual(list(unsafe_lines("send(render('x', y=f'{z}'), parse_mode='HTML')\nsend(f'{x}')")), [])


def unsafe_lines(source: str) -> Iterator[int]:
    """Yield the lines where a value could be read as markup."""
    tree = ast.parse(source)
    built = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and is_built(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = {keyword.arg: keyword.value for keyword in node.keywords}
        off = words.get("autoescape")
        if name in {"mark_safe", "SafeString", "SafeText"} or (isinstance(off, ast.Constant) and off.value is False):
            yield node.lineno
        if "parse_mode" in words:
            texts = [*node.args, *(words[key] for key in ("text", "caption") if key in words)]
            if any(is_built(text) or (isinstance(text, ast.Name) and text.id in built) for text in texts):
                yield node.lineno


def is_built(node: ast.expr) -> bool:
    """Tell a text that is put together: an f-string with values, +, % or .format()."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return is_format or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod))
