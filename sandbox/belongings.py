"""What those objects hold that are carried into a file and are no dataclasses, whose fields say it themselves."""

from collections import Counter, OrderedDict, deque
from typing import Any

from sandbox.bots import Bot
from sandbox.chats import Chat, Post
from sandbox.faults import FaultBox, Spoiler
from sandbox.faults.kinds import Fault
from sandbox.flood import FloodControl, Limits
from sandbox.invoices import Checkout, Invoice, Line, Payment, Shipping
from sandbox.join_queries import JoinQuery
from sandbox.people import Person
from sandbox.poll import Poll
from sandbox.polls import Closings
from sandbox.presses import Press
from sandbox.queries import Drafting, InlinePost, Inquiry, Prepared, WebAppVisit
from sandbox.stars import Purse
from sandbox.stats import Stats
from sandbox.updates import Pending, UpdateQueue
from sandbox.world import World

BELONGINGS: dict[type, dict[str, Any]] = {
    World: {
        "people": dict[int, Person],
        "group": Chat,
        "groups": dict[int, Chat],
        "_bots": dict[str, Bot],
        "_latest": Bot,
        "_private": dict[tuple[Bot, int], Chat],
        "invoices": dict[Post, Invoice],
        "invoice_links": dict[str, tuple[Bot, Invoice]],
        "shippings": dict[str, Shipping],
        "checkouts": dict[str, Checkout],
        "payments": dict[str, Payment],
        "accounts": dict[Bot, list[Line]],
        "inquiries": dict[str, Inquiry],
        "visits": dict[str, WebAppVisit],
        "inline_posts": dict[str, InlinePost],
        "inline_of": dict[Post, InlinePost],
        "prepared": dict[str, Prepared],
        "drafts": dict[Chat, Drafting],
        "join_queries": dict[str, JoinQuery],
        "buyers": dict[Post, set[int]],
        "pins": dict[Chat, set[int]],
        "polls": dict[str, Poll],
        "closings": Closings,
        "presses": dict[str, Press],
    },
    UpdateQueue: {
        "next_id": int,
        "_bytes": int,
        "_pending": OrderedDict[int, Pending],
        "_lanes": OrderedDict[tuple[str, int], deque[Pending]],
    },
    FloodControl: {"limits": Limits},
    Purse: {"_tenths": int | None, "_spent": int, "_refused": int},
    FaultBox: {"_faults": list[Fault], "_next_id": int},
    Spoiler: {"_undecodable": dict[int, set[int]]},
    Stats: {
        "_calls": Counter[tuple[str, str]],
        "_arrivals": deque[tuple[float, int]],
        "_refusals": deque[float],
        "_accepted": int,
        "_paid": int,
    },
}
