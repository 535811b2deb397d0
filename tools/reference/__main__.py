"""`make reference` writes the pages; `--check` only names those that are out of date, and ends with 1."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# No .env and no shell has a say in what is written; the sandbox's commands are a part of it.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
ENVIRONMENT = {
    "DJANGO_ENV_FILE": "",
    "DJANGO_SECRET_KEY": "only-for-the-reference-only-for-the-reference",
    "DJANGO_SETTINGS_MODULE": "botproject.settings",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "BOT_SANDBOX": "1",
}


def main() -> int:
    """Write, or check; return the exit code."""
    for name in [name for name in os.environ if name not in KEPT]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)
    import django  # noqa: PLC0415 (only now is the environment set)

    django.setup()
    from tools.reference.whole import documents  # noqa: PLC0415

    made = documents(ROOT)
    wanted = {path for path in made if path.parent.name == "reference"}
    lost = set((ROOT / "docs" / "reference").glob("*.md")) - wanted
    stale = sorted(lost | {path for path, text in made.items() if not path.exists() or path.read_text() != text})
    names = [str(path.relative_to(ROOT)) for path in stale]
    if "--check" in sys.argv[1:]:
        print("".join(f"{name} is out of date: run `make reference`.\n" for name in names), end="")
        return 1 if names else 0
    for path in lost:
        path.unlink()
    for path, text in made.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    print("\n".join(f"{name} is written." for name in names) or "Nothing has changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
