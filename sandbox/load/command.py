"""`manage.py sandbox load`: its options, and which of its three works is done: act, record, replay."""

import argparse
import asyncio
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.load.crowd import Crowd, Plan
from sandbox.load.mix import Mix, read_mix
from sandbox.load.report import report
from sandbox.load.tape import record, replay

REQUEST_SECONDS = 60  # a sandbox that takes longer for one deed hangs
MIX = "command=5,text=80,press=10,photo=5"


def add_arguments(parser: argparse.ArgumentParser, url: str) -> None:
    add = parser.add_argument
    add("--url", default=url, help="of the running sandbox; default: %(default)s")
    add("--people", type=positive(int), default=1000, metavar="N", help="how many act; default: %(default)s")
    add("--rate", type=positive(float), default=100.0, metavar="N", help="deeds a second; default: %(default)s")
    add("--for", type=positive(float), default=60.0, metavar="SECONDS", dest="seconds", help="default: %(default)s")
    add("--mix", type=_mix, default=MIX, help="shares of what people do; default: %(default)s")
    add("--patience", type=positive(float), default=10.0, metavar="SECONDS", help="after which no answer is lost")
    tape = parser.add_mutually_exclusive_group()
    tape.add_argument("--record", type=Path, metavar="FILE", help="write the updates of a session, until Ctrl-C")
    tape.add_argument("--replay", type=Path, metavar="FILE", help="deliver the updates that were recorded")
    add("--speed", type=positive(float), default=1.0, metavar="N", help="of --replay: so many times as fast")


async def run(say: Callable[[str], object], options: Mapping[str, Any]) -> None:
    """Do what was asked. Raises aiohttp.ClientError, OSError, ValueError."""
    connector, timeout = aiohttp.TCPConnector(limit=0), aiohttp.ClientTimeout(REQUEST_SECONDS)
    async with aiohttp.ClientSession(options["url"], connector=connector, timeout=timeout) as http:
        if path := options["record"]:
            say(f"Recording to {path}; Ctrl-C ends it.")
            say(f"{await record(http, path, _ended())} updates were recorded.")
        elif path := options["replay"]:
            played = await replay(http, path, options["speed"])
            say(f"{played.updates} updates were delivered; the latest came {played.behind:.3f} s too late.")
        else:
            plan = Plan(*(options[name] for name in ("people", "rate", "seconds", "mix", "patience")))
            crowd = Crowd(http, plan, first=int(time.time() * 1000))
            _at_end(crowd.stop)
            for line in report(await crowd.run(), plan):
                say(line)


def _ended() -> asyncio.Event:
    ended = asyncio.Event()
    _at_end(ended.set)
    return ended


def _at_end(end: Callable[[], None]) -> None:
    """Do this in the place of dying when the process is asked to end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)


def positive(kind: Callable[[str], float]) -> Callable[[str], float]:
    """Make a reader of numbers above 0."""

    def read(text: str) -> float:
        number = kind(text)
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} must be above 0")
        return number

    read.__name__ = kind.__name__  # what argparse calls it when the text is no number
    return read


def _mix(text: str) -> Mix:
    try:
        return read_mix(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
