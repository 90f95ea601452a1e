"""A server whose bodies are too long, unpack to too much, or never end; on a free port, in a thread of its own."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import threading
import time
from collections.abc import Iterator

CHUNK = b"x" * (1 << 16)
BOMB = gzip.compress(bytes(64 << 20))
"""64 KB that unpack to 64 MB."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        """By a word in the path: endless, error (and endless), bomb, drip."""
        with contextlib.suppress(OSError):
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            self.send_response(503 if "error" in self.path else 200)
            self.send_header("content-type", "application/json")
            if "bomb" in self.path:
                self.send_header("content-encoding", "gzip")
            self.end_headers()
            if "bomb" in self.path:
                self.wfile.write(BOMB)
            elif "drip" in self.path:
                while True:
                    self.wfile.write(b" ")
                    time.sleep(0.05)
            else:
                while True:
                    self.wfile.write(CHUNK)


@contextlib.contextmanager
def hostile_server() -> Iterator[str]:
    """The server's address, for one block."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
