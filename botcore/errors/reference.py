"""References: the short code that an apology names, such as 7K2Q-X9MB. Its first part alone finds the error's group.

Crockford's base 32: no I, L, O and U, so that it can be read aloud; crockford.com/base32.html.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = 4  # digits made of the fingerprint: 20 bits
REST = 4  # digits at least of the second part
FORM = re.compile(rf"[{ALPHABET}]{{{PREFIX}}}-[{ALPHABET}]{{{REST},13}}", re.ASCII)
MISREAD = str.maketrans("OIL", "011")


def make_reference(fingerprint: str, update_pk: int | None = None) -> str:
    """Return the code of an occurrence; with an update the second part is its primary key."""
    rest = secrets.randbelow(32**REST) if update_pk is None or update_pk < 0 else update_pk
    return f"{prefix_of(fingerprint)}-{in_base32(rest).rjust(REST, '0')}"


def prefix_of(fingerprint: str) -> str:
    """Return the first part, which all occurrences of a fingerprint share."""
    return in_base32(int(fingerprint[:5], 16)).rjust(PREFIX, "0")


def normalised(code: str) -> str:
    """Return the code as it was made, whatever a person made of it; "" for what is none."""
    letters = "".join(code.split()).upper().translate(MISREAD).replace("-", "")
    found = f"{letters[:PREFIX]}-{letters[PREFIX:]}"
    return found if FORM.fullmatch(found) else ""


def update_in(code: str) -> int:
    """Return the number in a code's second part: perhaps an update's primary key."""
    number = 0
    for letter in code.partition("-")[2]:
        number = number * 32 + ALPHABET.index(letter)
    return number


def fingerprint_range(code: str) -> tuple[str, str]:
    """Return the bounds, both inclusive, of the fingerprints that a code's first part can belong to."""
    number = 0
    for letter in code[:PREFIX]:
        number = number * 32 + ALPHABET.index(letter)
    start = f"{number:05x}"
    return start, f"{start}g"  # "g" comes after every hexadecimal digit


def in_base32(number: int) -> str:
    """Return the digits of a number, "" for 0."""
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = ALPHABET[digit] + digits
    return digits
