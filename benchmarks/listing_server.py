"""Answers every `listSmtp` with the bytes of a file: `listing_server.py FILE` prints its URL and ends with its input.

A sandbox of a million users would have to be filled and rendered first. Here a plan is measured, and not the account.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sarv_sync.sandbox.defaults import BASE_PATH, HOST


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != f"{BASE_PATH}/settings/listSmtp":
            self.send_error(404)
            return
        with Path(sys.argv[1]).open("rb") as listing:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(Path(sys.argv[1]).stat().st_size))
            self.end_headers()
            self.wfile.flush()
            self.connection.sendfile(listing)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    with ThreadingHTTPServer((HOST, 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://{HOST}:{server.server_address[1]}{BASE_PATH}", flush=True)
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
