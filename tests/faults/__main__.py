"""`python -m tests.faults`: an error at every call site; prints the table, and exits with 1 unless all went well."""

import argparse
import sys
import threading
import time
from collections import Counter

from tests.environment import SERVER
from tests.faults.allowed import reason, to_be_reached
from tests.faults.shards import run
from tests.faults.sites import matching, sites
from tests.faults.verdicts import merged, table


def main() -> int:
    """Test the sites; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default="", help="only sites with this in their name, as --list shows it")
    parser.add_argument("--each", type=int, default=1, help="only one in so many sites")
    parser.add_argument("--shards", type=int, default=3, help="how many polling bots work beside each other")
    parser.add_argument("--list", action="store_true", help="only show the registry of fault points")
    given = parser.parse_args()
    chosen = matching(given.only)[:: given.each]
    if given.list:
        for site in chosen:
            print(site.number, site.area, site.name)
        return 0
    try:
        return _test(given.only, given.each, given.shards)
    finally:
        if SERVER:
            SERVER.stop()


def _test(only: str, each: int, shards: int) -> int:
    began, lock = time.monotonic(), threading.Lock()

    def say(words: str) -> None:
        with lock:
            print(f"  {words}", flush=True)

    chosen = to_be_reached(matching(only)[::each], server=bool(SERVER))
    whys = {site: reason(site, server=bool(SERVER)) for site in sites()}
    left = Counter(whys.values())
    print(f"{len(chosen)} of {len(sites())} sites; {SERVER.version if SERVER else 'SQLite'}", flush=True)
    result = run(chosen, polling=shards, webhook=1, say=say)
    verdicts = merged(result.verdicts, chosen)
    left.pop("", None)
    print(f"\n{table(verdicts)}\n\nleft out: {', '.join(f'{count} ({why})' for why, count in left.items())}")
    print(f"{time.monotonic() - began:.0f} s")
    if result.lacking:
        print(f"{result.lacking} errors were logged and are not in the table of errors")
    reached = [site for site, why in whys.items() if why and site.number in result.reached]
    for site in reached:
        print(f"{site.name}: left out as one that cannot be reached, and was: {whys[site]}")
    return 0 if all(verdict.good for verdict in verdicts) and not result.lacking and not reached else 1


if __name__ == "__main__":
    sys.exit(main())
