"""What Botdeck is made of, by the lock: `python -m deploy.supply licenses`, `sbom` or `audit`."""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
PAGE = ROOT / "docs" / "licenses.md"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ \\;]+)(.*)$", re.MULTILINE)
# What may be used together with code under MIT, unchanged and beside it. A licence that is not here needs a decision.
ALLOWED = {
    "Apache Software License",
    "Apache-2.0",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "LGPL-3.0-only",
    "MIT",
    "MIT License",
    "MIT-CMU",
    "Mozilla Public License 2.0 (MPL 2.0)",
    "PSF-2.0",
    "Python Software Foundation License",
    "Unlicense",
}
AUDIT_SECONDS = 90
HEAD = """# Licences

What runs in production, as `requirements.txt` pins it; `make licenses` writes this page. Botdeck itself is under the
MIT licence. The packages under the LGPL are used as they are, and can be replaced by others with the same interface:
change the lock and install. The optional extras and what only tests need are not part of it.

| package | version | licence |
|---|---|---|
"""


def pins(lock: Path = LOCK) -> dict[str, str]:
    """Return package and version of what is installed where bots run: what is for Windows only is left out."""
    return {name: version for name, version, marker in PIN.findall(lock.read_text()) if "win32" not in marker}


def licenses(names: Sequence[str]) -> dict[str, str]:
    """Return what those of the packages that are installed here say of their licence."""
    command = [sys.executable, "-m", "piplicenses", "--format", "json", "--packages", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return {plain(row["Name"]): row["License"] for row in json.loads(done.stdout)}


def plain(name: str) -> str:
    """Return a package's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def unknown(license_: str) -> list[str]:
    """Return the parts of a licence that are not allowed."""
    return [part for part in re.split(r" AND |; ", license_) if part not in ALLOWED]


def page(known: dict[str, str]) -> str:
    """Return the page; raise KeyError for a package that is not installed."""
    return HEAD + "".join(f"| {name} | {version} | {known[name]} |\n" for name, version in pins().items())


def write_page() -> int:
    """Write the page; refuse a licence that nobody has decided about."""
    known = licenses(list(pins()))
    if refused := [f"{name}: {known[name]}" for name in known if unknown(known[name])]:
        print(f"Not in the list of allowed licences in {Path(__file__).name}: {'; '.join(refused)}.", file=sys.stderr)
        return 1
    PAGE.write_text(page(known))
    print(f"Wrote {PAGE.relative_to(ROOT)}: {len(known)} packages.")
    return 0


def write_sbom(target: Path) -> int:
    """Write a CycloneDX document; the tool validates it against the schema."""
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", str(LOCK), "--validate"]
    options = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--output-file", str(target)]
    code = subprocess.run([*command, *options], check=False).returncode  # noqa: S603
    if not code:
        print(f"Wrote {target}: {len(json.loads(target.read_text())['components'])} components, valid CycloneDX.")
    return code


def audit() -> int:
    """Ask for known vulnerabilities of the pinned packages; 1 when some are known or nobody could say."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(  # noqa: S603
            [*command, *options], capture_output=True, text=True, check=False, timeout=AUDIT_SECONDS
        )
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as exc:
        print(f"The audit got no answer ({type(exc).__name__}): nothing is known.")
        return 1
    told, good = summary(found)
    print(told)
    return 0 if good else 1


def summary(found: Sequence[dict[str, Any]]) -> tuple[str, bool]:
    """Say what pip-audit found, and whether all packages were looked up and none is known to be vulnerable."""
    skipped = [str(one["name"]) for one in found if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {bad['id']}, mended in {', '.join(bad['fix_versions']) or 'no version'}"
        for one in found
        for bad in one.get("vulns", ())
    ]
    lines.append(f"{len(found) - len(skipped)} of {len(found)} packages were looked up, {len(lines)} vulnerabilities.")
    if skipped:
        lines.append(
            f"Of the others nothing is known here: {', '.join(skipped[:5])}{' …' if len(skipped) > 5 else ''}."
        )
    return "\n".join(lines), not skipped and len(lines) == 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one of the three; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.supply", description=__doc__)
    parser.add_argument("what", choices=["licenses", "sbom", "audit"])
    parser.add_argument("--to", type=Path, default=ROOT / "var" / "botdeck.cdx.json", help="of the SBOM")
    given = parser.parse_args(arguments)
    if given.what == "sbom":
        return write_sbom(given.to)
    return write_page() if given.what == "licenses" else audit()


if __name__ == "__main__":
    sys.exit(main())
