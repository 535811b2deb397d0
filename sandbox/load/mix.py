"""What people do and how often: "command=5,text=80,press=10,photo=5"."""

import random
from dataclasses import dataclass

KINDS = ("command", "text", "press", "photo")


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of what people do; together they may be any number."""

    shares: dict[str, float]

    def choose(self, chance: random.Random) -> str:
        """Choose what is done next."""
        return chance.choices(list(self.shares), list(self.shares.values()))[0]


def read_mix(text: str) -> Mix:
    """Read a mix. Raises ValueError with one sentence."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        kind, _, share = part.strip().partition("=")
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is nothing that people do: take {', '.join(KINDS)}, as in command=5,text=80")
        try:
            shares[kind] = float(share)
        except ValueError as error:
            raise ValueError(f"{part.strip()!r} needs a number, as in {kind}=5") from error
        if not 0 <= shares[kind] < float("inf"):
            raise ValueError(f"The share of {kind} must be 0 or more")
    if not sum(shares.values()):
        raise ValueError("Something must have a share above 0")
    return Mix(shares)
