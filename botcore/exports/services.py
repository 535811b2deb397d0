"""What leaves by an export is put on record: who took which table, to where."""

from collections.abc import Mapping

from botcore.audit.services import record


def note_sent(*, kind: str, form: str, rows: int, is_cut: bool, by: str) -> None:
    """Note a file that was sent to a chat."""
    record("export.sent", f"export:{kind}", after={"form": form, "rows": rows, "cut": is_cut}, by=by)


def note_download(*, kind: str, form: str, by: str, filters: Mapping[str, str] | None = None) -> None:
    """Note a file that somebody began to download, and what it was narrowed to."""
    narrowed = {"filters": dict(filters)} if filters else {}
    record("export.download", f"export:{kind}", after={"form": form, **narrowed}, by=by)
