"""`manage.py sandbox` as its own process."""

import asyncio
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import IsolatedAsyncioTestCase

import aiohttp

from sandbox.server import YEAR_2020

ROOT = Path(__file__).resolve().parents[3]


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "manage.py",
        "sandbox",
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def address_of(process: asyncio.subprocess.Process) -> str:
    """Wait for the line that names the address."""
    assert process.stdout
    seen = ""
    async for line in process.stdout:
        seen += line.decode()
        if found := re.search(r"The sandbox listens on (http://127\.0\.0\.1:\d+)", seen):
            return found[1]
    raise AssertionError(f"the sandbox did not start: {seen}")


async def status_of(http: aiohttp.ClientSession, path: str) -> int:
    async with http.get(path) as response:
        return response.status


async def has_been_called(http: aiohttp.ClientSession) -> bool:
    async with http.get("/sandbox/state") as response:
        return bool((await response.json())["bots"][0]["called"])


async def has_been_written_to(http: aiohttp.ClientSession) -> bool:
    async with http.get("/sandbox/state") as response:
        return any(chat["posted"] for chat in (await response.json())["chats"])


class SandboxCommand(IsolatedAsyncioTestCase):
    async def test_it_serves_says_where_and_stops_cleanly_with_a_poll_held(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                process = await started("--port", "0")
                address = await address_of(process)
                async with aiohttp.ClientSession(address) as http:
                    poll = asyncio.create_task(status_of(http, "/bot1:sandbox/getUpdates?timeout=50"))
                    while not await has_been_called(http):
                        pass
                    process.send_signal(number)
                    self.assertEqual(await process.wait(), 0)
                    self.assertEqual(await poll, 500)

    async def test_groups_are_numbered_by_the_clock_of_the_process(self) -> None:
        before = int(time.time())
        process = await started("--port", "0")
        try:
            wish = {"title": "Friends", "type": "group"}
            address = await address_of(process)
            async with aiohttp.ClientSession(address) as http, http.post("/sandbox/groups", json=wish) as answer:
                number = (await answer.json())["chat"]["chat"]
        finally:
            process.terminate()
            await process.wait()
        begun = -number - 1_000_000 - 3 + YEAR_2020  # the third, after the Team and the channel
        self.assertTrue(before <= begun <= time.time(), begun - before)

    async def test_telegrams_limits_are_enforced_when_asked_for(self) -> None:
        process = await started("--port", "0", "--limits", "telegram", "--overall-limit", "1000")
        try:
            async with aiohttp.ClientSession(await address_of(process)) as http, http.get("/sandbox/limits") as answer:
                limits = await answer.json()
        finally:
            process.terminate()
            await process.wait()
        self.assertEqual((limits["private_burst"], limits["group_per_minute"]), (5, 20))
        self.assertEqual((limits["private_per_second"], limits["overall_per_second"]), (1.0, 1000))

    async def test_it_begins_with_what_was_saved(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            path = str(Path(directory) / "state.json")
            for expected in (4, 5):
                process = await started("--port", "0", "--state", path)
                async with aiohttp.ClientSession(await address_of(process)) as http:
                    async with http.get("/sandbox/state") as answer:
                        people = len((await answer.json())["people"])
                    await http.post("/sandbox/people", json={"first_name": "Dora"})
                    await http.post("/sandbox/state/save")
                process.terminate()
                await process.wait()
                self.assertEqual(people, expected)
            await asyncio.to_thread(Path(path).write_text, "{}")
            process = await started("--port", "0", "--state", path)
            output, _ = await process.communicate()
        sentence = f"CommandError: The file {path} is not a state of the sandbox. Nothing was changed."
        self.assertEqual((process.returncode, output.decode().strip()), (1, sentence))

    async def test_a_load_that_is_interrupted_reports_what_was(self) -> None:
        async with self.load() as (load, _):
            load.send_signal(signal.SIGINT)
            output, _ = await load.communicate()
        self.assertEqual(load.returncode, 0, output)
        self.assertIn("It was stopped: what waited then is called lost.", output.decode())

    async def test_a_load_whose_sandbox_ends_says_so_in_a_sentence(self) -> None:
        async with self.load() as (load, sandbox):
            sandbox.kill()
            output, _ = await load.communicate()
        self.assertEqual(load.returncode, 1, output)
        self.assertRegex(
            output.decode(),
            r"\ACommandError: (The sandbox at \S+ does not do what is asked|No sandbox answers at \S+): .*\n\Z",
        )

    async def test_a_load_says_whether_the_sandbox_or_a_file_is_missing(self) -> None:
        url, file = "http://127.0.0.1:1", "/nowhere/tape"
        for options, sentence in (
            (["--url", url], f"No sandbox answers at {url}: start one, or say by --url where it is."),
            (["--url", url, "--replay", file], f"The file {file} cannot be used: No such file or directory."),
        ):
            with self.subTest(options):
                process = await started("load", *options)
                output, _ = await process.communicate()
                self.assertEqual((process.returncode, output.decode().strip()), (1, f"CommandError: {sentence}"))

    @asynccontextmanager
    async def load(self) -> AsyncIterator[tuple[asyncio.subprocess.Process, asyncio.subprocess.Process]]:
        """A sandbox on which people act without end, and they; both are ended."""
        sandbox = await started("--port", "0")
        try:
            address = await address_of(sandbox)
            load = await started("load", "--url", address, "--people", "3", "--rate", "50", "--for", "100000")
            async with aiohttp.ClientSession(address) as http:
                while not await has_been_written_to(http):
                    pass
            yield load, sandbox
        finally:
            if sandbox.returncode is None:
                sandbox.kill()
            await sandbox.wait()

    async def test_a_port_in_use_is_one_sentence_and_exit_code_1(self) -> None:
        first = await started("--port", "0")
        port = (await address_of(first)).rpartition(":")[2]
        second = await started("--port", port)
        output, _ = await second.communicate()
        first.terminate()
        await first.wait()
        sentence = f"Port {port} is in use or not allowed: stop what uses it or take another --port."
        self.assertEqual((second.returncode, output.decode().strip()), (1, f"CommandError: {sentence}"))
