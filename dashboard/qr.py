"""A QR code as the path of an SVG, drawn by the server: one unit for each module, with the quiet zone around it."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """The side's length, and what is dark."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the code of a text."""
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix_iter(border=4)]
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return QrCode(len(rows), "".join(dark))
