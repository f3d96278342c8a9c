"""The file of the tour, before and after its change."""

from __future__ import annotations

from difflib import unified_diff

from sarv_sync.sandbox.defaults import OWNER_ID

MAIN = "sarv-sync.yaml"

BEFORE = f"""\
version: 1
account: {{owner_id: "{OWNER_ID}", smtp: {{host: smtp.example.net, port: 587}}}}
credentials: [{{sink: dotenv, path: "secrets/{{name}}.env"}}]
defaults: {{hourly_limit: 100}}
users:
  billing:
    total_limit: 5000
    description: Invoices and receipts
  newsletter: {{total_limit: 200000, hourly_limit: 5000}}
"""

AFTER = BEFORE.replace("200000, hourly_limit: 5000", "300000, hourly_limit: 8000")


def difference() -> str:
    """Return the change as a unified diff."""
    lines = unified_diff(BEFORE.splitlines(), AFTER.splitlines(), f"a/{MAIN}", f"b/{MAIN}", lineterm="", n=1)
    return "\n".join(lines)
