"""What the sandbox answers to when nobody says otherwise. Documented, so never a secret."""

from __future__ import annotations

OWNER_ID = "10042"
TOKEN = "sandbox-token"  # noqa: S105 - published in docs/sandbox.md
HOST = "127.0.0.1"
BASE_PATH = "/v1.0"
