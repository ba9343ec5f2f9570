"""A loopback server for a built site, and the browser that looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.tools import chromium

# No sandbox: tests may run as root. The rest keeps Chromium from calling home: even told not to, it looks up hosts of
# its maker when it starts, so that no name may be looked up at all.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


class _SiteHandler(SimpleHTTPRequestHandler):
    """Serves a site under a path, as GitHub Pages does: nothing above it, and the site's own 404 page."""

    def __init__(self, *arguments: object, site: Path, base: str) -> None:
        self.site, self.base = site, base
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = self.site / path.removeprefix(self.base)
        if file.is_dir() and path.endswith("/"):
            file /= "index.html"
        found = path.startswith(self.base) and file.is_file()
        content = (file if found else self.site / "404.html").read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(str(file)) if found else "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path, base: str) -> Iterator[str]:
    """The address of a site that is served under a base path for a while."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_SiteHandler, site=site, base=base))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{base}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        try:
            yield launched
        finally:
            launched.close()


def wait_until(page: Page, expression: str, arg: object = None) -> None:
    """Wait until an expression is true, asked anew from outside: the pages' policy forbids Playwright's own waiting."""
    for _ in range(400):
        try:
            if page.evaluate(expression, arg):
                return
        except Error:
            pass  # the page is being loaded anew
        page.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


class Watched:
    """A page whose complaints and requests are kept."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.foreign: list[str] = []
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.foreign.append(url)

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))
