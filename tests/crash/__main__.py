"""`python -m tests.crash --kills 50 --seed 7`: every scenario, then the table; exit code 1 when anything is wrong."""

import argparse
import math
import random
import sys
import time
from functools import partial

from tests.crash.network import NoNamespaceError, in_a_network_of_its_own
from tests.crash.scenarios import NETWORK, SCENARIOS, Result, Scenario, run
from tests.crash.table import table

FAULTS_PER = 50  # kills, for which a scenario says how many faults it wants


def main() -> int:
    """Play the scenarios one after the other; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="how many bots are killed, at least")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same random choices again")
    parser.add_argument("--only", default="", help="only scenarios with this in their name")
    given = parser.parse_args()
    chosen = [scenario for scenario in SCENARIOS if given.only in scenario.name]
    if not chosen:
        parser.error(f"no scenario has {given.only!r} in its name: {'; '.join(one.name for one in SCENARIOS)}")
    print(f"{given.kills} kills, --seed {given.seed}", flush=True)
    began = time.monotonic()
    weights = sum(scenario.weight for scenario in chosen)
    results = []
    for scenario in chosen:
        print(f"  {scenario.name} …", flush=True)
        kills = math.ceil(given.kills * scenario.weight / weights)
        results.append(play(scenario, kills=kills, faults=_faults(scenario, given.kills), seed=given.seed))
    print(f"\n{table(results)}\n\n{time.monotonic() - began:.0f} s, --seed {given.seed}")
    return 0 if all(result.verdict.good for result in results) else 1


def _faults(scenario: Scenario, kills: int) -> int:
    return math.ceil(scenario.faults * kills / FAULTS_PER)


def play(scenario: Scenario, *, kills: int, faults: int, seed: int) -> Result:
    """Play one scenario where it belongs; a network that cannot be cut here is skipped."""
    if scenario.fault != NETWORK:
        return run(scenario, kills=kills, faults=faults, seed=seed)
    try:
        return in_a_network_of_its_own(partial(run, scenario, kills=kills, faults=faults, seed=seed))
    except NoNamespaceError as exc:
        return Result(scenario.name, skipped=str(exc))


if __name__ == "__main__":
    sys.exit(main())
