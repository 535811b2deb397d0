"""What secrets look like in a text. Each pattern is looked for only where its mark stands, and reads on in one go.

All are linear: what a match has read is never read again, and what may fail is bounded.
"""

import re

TOKEN_HIDDEN, HIDDEN = "[token]", "[hidden]"

# A bot token as BotFather writes it, and any token inside an address of the Bot API; an error page may echo either
# with an escaped colon.
_COLON = r"(?::|%(?:25)*3a|&(?:amp;)?(?:#0*58|#x0*3a|colon);|\\+(?:u003a|x3a))"
TOKEN = re.compile(
    rf"\d{{6,12}}{_COLON}[A-Za-z0-9_-]{{30,}}|(?:(?<=/bot)|(?<=%2Fbot))\d+{_COLON}[A-Za-z0-9_-]+", re.IGNORECASE
)

# Quick look: a text without any of these has no token.
TOKEN_MARK = re.compile(r"\d{6}\d{0,6}[:%&\\]|/bot\d|%2Fbot\d", re.IGNORECASE)

# One-time codes, by where they stand: in the address that logs in, in a deep link, behind the command that links.
ONE_TIME = re.compile(
    r"((?:/|%2F)login(?:/|%2F))[\w-]{32,}|(\bstart[= ]link_|/link(?:@\w{1,32})?(?:\s|\\[nt]){1,8})[\w-]{16,}", re.ASCII
)
# Quick look: a text without any of these has none.
ONE_TIME_MARKS = ("/login/", "%2Flogin%2F", "link_", "/link")

# What a name holds whose value is nobody's business.
_NAMES = (
    r"token|pass(?:word|wd|phrase)|pwd|secret(?:[ -]key)?|authorization|cookie|api[ _-]?key|private[ _-]?key|"
    r"access[ _-]?key|credential|session[ _-]?(?:id|key)(?![a-z])|csrf|dsn"
)
SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
# Quick look: a text without any of these has no such name.
NAME_MARKS = "token passw passph pwd secret authoriz cookie key credent session csrf dsn".split()  # noqa: SIM905 (reads)

# In small letters: `name=`, `name: `, `"name": "`, `['name'] = b'`, `\"name\": \"` inside JSON, `name%3D`; the value
# begins behind it.
NAMED = re.compile(
    rf"""(?P<name>{_NAMES})[\w.-]{{0,40}}+\\{{0,4}}["']?\]?[ \t]{{0,16}}(?:=>|={{1,3}}|:=?|%3d)[ \t]{{0,16}}"""
    r"""(?:[bruf]{0,2}(?P<quote>\\{0,4}["']))?"""
)
# The rest of the value by how it begins: in escaped quotes, in quotes, up to what ends a word, the line. Each always
# fits. A quote behind more backslashes than the first one has is part of the value.
_ESCAPED = {
    quote: re.compile(rf"(?:[^{quote}\\\r\n]|\\(?:(?!{quote})|(?<=\\\\))|(?<=\\\\){quote})*+") for quote in "\"'"
}
_QUOTED = {quote: re.compile(rf"(?:[^{quote}\r\n]|(?<=\\){quote})*+") for quote in "\"'"}
_WORD = re.compile(r"""(?:[^\s&;"'<>,)}\]]|[,)}\]](?=[^\s&;"'<>,)}\]]))*+""")
_LINE = re.compile(r"[^\r\n]*+")
_LONGER_WHEN_SMALL = {0x130: "i"}  # the one letter that becomes two; places must stay the same
_LONG = ("authorization", "cookie")  # their values hold blanks

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)"
)
LOGIN = re.compile(r"""(?<=:[/\\]/)(?!user:password@)[^\s/?#"'<>]*@|(?<=:\\/\\/)[^\s/?#"'<>\\]*@""")
JWT = re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")
# Letters alone are an English word: "basic understanding".
SCHEME = re.compile(r"\b((?i:bearer|basic)[ \t]{1,3})(?=.[a-z]{0,60}[A-Z0-9=+/])[\w+/=.~-]{8,}")


def hide_named(text: str, low: str) -> str:
    """Return the text with the values of secret names hidden; `low` is the text in small letters."""
    parts: list[str] = []
    done = 0
    for found in NAMED.finditer(low if len(low) == len(text) else text.translate(_LONGER_WHEN_SMALL).lower()):
        begin = found.end()
        if found.start() < done or text.startswith((HIDDEN, TOKEN_HIDDEN), begin):
            continue
        value = _value(found).match(text, begin)
        if value and value.end() > begin:
            parts += text[done:begin], HIDDEN
            done = value.end()
    return "".join((*parts, text[done:]))


def _value(found: re.Match[str]) -> re.Pattern[str]:
    quote = found["quote"]
    if quote:
        return (_ESCAPED if len(quote) > 1 else _QUOTED)[quote[-1]]
    return _LINE if found["name"] in _LONG else _WORD
