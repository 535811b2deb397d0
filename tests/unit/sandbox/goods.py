"""What bots sell in tests."""

from typing import Any

MONTH = 2_592_000
TIP: dict[str, Any] = {
    "title": "A tip", "description": "For the cook", "payload": "tip", "currency": "XTR",
    "prices": [{"label": "A tip", "amount": 50}],
}  # fmt: skip
CAKE: dict[str, Any] = {
    "title": "A cake", "description": "By post", "payload": "cake", "currency": "EUR", "provider_token": "5:TEST:x",
    "prices": [{"label": "A cake", "amount": 900}, {"label": "A box", "amount": 100}],
}  # fmt: skip
POST = {"id": "post", "title": "By post", "prices": [{"label": "Stamps", "amount": 250}]}
