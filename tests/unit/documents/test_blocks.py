"""What is found to be typed in a document: fenced, indented, within a list, in a session, by root."""

from pathlib import Path

from tests.documents.blocks import shell_blocks, synopses

PAGE = """# A page

    make demo    # indented

* a point

  its second paragraph

1. a step

    ```console
    $ make help
    what it says
    # cd /etc && openssl rand -hex 24 > secret
    # A=1 cp deploy/a.conf \\
        /etc/a.conf
    ```

    what is said of it

```python
    make("nothing")
```

```text
manage.py sandbox [--port N]
```

```sh
if true; then
  manage.py check
fi
```

As `make demo` or `manage.py replay --apply` says, not `make` alone.
"""


def test_each_block_is_found_with_its_line_and_root_is_seen_as_sudo(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    found = [(block.line, block.code) for block in shell_blocks(tmp_path, page)]
    assert found == [
        (3, "make demo    # indented"),
        (12, "make help\nsudo openssl rand -hex 24\nsudo cp deploy/a.conf /etc/a.conf"),
        (30, "if true; then\n  manage.py check\nfi"),
    ]


def test_commands_within_sentences_and_synopses_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert list(synopses(page)) == ["manage.py sandbox [--port N]", "make demo", "manage.py replay --apply"]
