"""A site served as GitHub Pages does it, as far as that changes what is moved and how long it takes."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path

from tests.crawl import file_of

# What Pages compresses; fonts and pictures are compressed already, and what it does not know goes as it is.
COMPRESSED = ("text/", "application/json", "application/xml", "application/javascript", "image/svg+xml")


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), compresslevel=6)


class _PagesHandler(BaseHTTPRequestHandler):
    # Connections are kept: Lighthouse counts the round trips of each new one, and Pages needs no second.
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, site: Path, base: str) -> None:
        self.site, self.base = site, base
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        found = file_of(self.site, self.base, self.path)
        file = found or self.site / "404.html"
        kind = guess_type(file)[0] or "application/octet-stream"
        compress = kind.startswith(COMPRESSED) and "gzip" in self.headers.get("Accept-Encoding", "")
        content = _compressed(file) if compress else file.read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        if compress:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served_as_pages(site: Path, base: str) -> Iterator[str]:
    """The address of a site that is served under a base path for a while, compressed, and on connections that last."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_PagesHandler, site=site, base=base))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{base}"
    finally:
        server.shutdown()
        server.server_close()
