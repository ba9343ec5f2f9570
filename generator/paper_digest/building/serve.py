"""Live preview: a loopback server of the built site that rebuilds when a source changes and tells the browser.

The preview has a folder of its own, so that `build/site` stays what `build` made. When the data has a fault, the last
good pages stay, with the problems on top of them.
"""

from __future__ import annotations

import json
import re
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup

from paper_digest.building import build
from paper_digest.building.indexing import IndexingFailed
from paper_digest.curating.issuing import compose
from paper_digest.digest.config import CONFIG
from paper_digest.digest.identity import read_identity
from paper_digest.digest.places import OWN_THEME, Places
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import letter_of
from paper_digest.outputs.theme import html_environment
from paper_digest.problems import ProblemsFound
from paper_digest.writing.locks import Busy
from paper_digest.writing.swapping import PREVIEW

HOST = "127.0.0.1"
EVENTS = "__preview/events"
NEXT_ISSUE = "__preview/next-issue"
SCRIPT = "__preview/preview.js"
HEARTBEAT_SECONDS = 15.0
SLOWEST_SECONDS = 20.0
"""So long a browser may take to say what it wants, or to take what it gets."""
LONGEST_PATH = 1_024
_LETTERS_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""The policy of what is no page of the site: letters have their styles in place, and no script but the preview's."""

Say = Callable[[str], None]


class PortTaken(Exception):  # noqa: N818 - it says what happened
    """There is something else at the port."""


@dataclass
class State:
    """What the browser must know: which build it sees, and what keeps a newer one from being made."""

    version: int = 0
    problems: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def set(self, problems: list[str]) -> None:
        """A build ended: with problems, or else with a new version."""
        with self.changed:
            self.problems = problems
            self.version += not problems
            self.changed.notify_all()

    def wait_for_other_than(self, message: str, seconds: float) -> None:
        """Wait until the state is told otherwise than by a message, but no longer than so many seconds."""
        with self.changed:
            self.changed.wait_for(lambda: self.as_json() != message, seconds)

    def as_json(self) -> str:
        """The state as the browser gets it."""
        return json.dumps({"version": self.version, "problems": self.problems})


def serve(root: Path, port: int, today: Callable[[], date], say: Say) -> None:
    """Serve a digest until interrupted. Raises ProblemsFound when mkdocs.yml has no address to serve under."""
    preview = Preview(root, today, say)
    base_path = read_identity(root).base_path
    try:
        server = _Server((HOST, port), partial(_Handler, preview=preview, base_path=base_path))
    except OSError as error:
        raise PortTaken(f"port {port} cannot be used ({error.strerror}): choose another one with --port") from None
    ends_as_with_ctrl_c = signal.signal(signal.SIGTERM, signal.default_int_handler)
    preview.note_changes()
    address = f"http://{HOST}:{server.server_port}{base_path}"
    told = f"Serving at {address} (Ctrl-C ends it)\nThe next issue, as its letter would be now: {address}{NEXT_ISSUE}"
    answering = threading.Thread(target=server.serve_forever, daemon=True)
    try:
        preview.rebuild()
        answering.start()
        say(told)
        preview.watch()
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        signal.signal(signal.SIGTERM, ends_as_with_ctrl_c)
        if answering.is_alive():
            server.shutdown()
        server.server_close()


class Preview:
    """The preview's folder, and what is known about it."""

    def __init__(self, root: Path, today: Callable[[], date], say: Say) -> None:
        self.root = root
        self.folder = root / PREVIEW
        self.templates = Places(root).templates / "serve"
        self.state = State()
        self.site: Site | None = None
        """The last good one."""
        self._today = today
        self._say = say
        self._dirty = threading.Event()

    def rebuild(self) -> None:
        """Build, and swap the result in when all of it succeeded."""
        try:
            self.site = build.preview(self.root, self._today(), self._say).site
        except ProblemsFound as found:
            self._fail([str(problem) for problem in found.problems])
        except (build.MkDocsFailed, IndexingFailed) as failed:
            self._fail([str(failed)])
        except Busy as busy:
            self._fail([str(busy)])
            self._dirty.set()
        except Exception as error:  # a preview outlives a broken template: the next edit may mend it
            self._fail([f"{type(error).__name__}: {error}"])
        else:
            self.state.set([])
            self._say("Built.")

    def next_issue(self) -> str:
        """The letter of the next issue, as it would be composed today; a page that says so when there is none."""
        issue = compose(self.site, self._today()) if self.site else None
        if self.site is None or issue is None:
            return html_environment(self.templates).get_template("no-issue.html.j2").render()
        return letter_of(self.site, issue).html

    def _fail(self, problems: list[str]) -> None:
        self.state.set(problems)
        self._say("\n".join([*problems, "Not rebuilt: the last good version stays."]))

    def note_changes(self) -> None:
        """From now on, remember that a source changed: also while a build is under way."""
        theme = self.root / "theme"
        templates = Places(self.root).templates
        folders = {self.root / "content", theme if theme.is_dir() else OWN_THEME, templates}
        self._note_changes(*sorted(folder for folder in folders if folder.is_dir()))
        self._note_changes(self.root, only=CONFIG)

    def watch(self) -> None:
        """Rebuild whenever a source changed, until interrupted."""
        while True:
            # Waiting in slices lets Ctrl-C through on every platform.
            if self._dirty.wait(0.5):
                self._dirty.clear()
                self.rebuild()

    def _note_changes(self, *folders: Path, only: str | None = None) -> None:
        from watchfiles import watch

        def note() -> None:
            for changes in watch(*folders, recursive=only is None):
                if only is None or any(Path(path).name == only for _, path in changes):
                    self._dirty.set()

        threading.Thread(target=note, daemon=True).start()


class _Server(ThreadingHTTPServer):
    """A server whose browsers may go away whenever they like."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that were closed; a fault of the program keeps its traceback."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers with the preview's files, each page with the script that reloads it, and with the state as events.

    It answers this machine alone: a page elsewhere whose host name leads here asks under that name, and is refused.
    """

    timeout = SLOWEST_SECONDS

    def __init__(self, *arguments: Any, preview: Preview, base_path: str) -> None:
        self.preview = preview
        self.base_path = base_path
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer, or refuse what asks for another host, or for a path that no page has."""
        if refusal := self._refusal():
            self._send(refusal, "text/plain; charset=utf-8", f"{refusal} {refusal.phrase}\n".encode())
            return
        path = unquote(urlsplit(self.path).path)
        if not path.startswith(self.base_path):
            self._redirect(self.base_path)
        elif path == self.base_path + NEXT_ISSUE:
            self._html(200, self.preview.next_issue(), self.preview.state.version)
        elif path == self.base_path + EVENTS:
            self._events()
        elif path == self.base_path + SCRIPT:
            self._send(200, "text/javascript", (self.preview.templates / "preview.js").read_bytes())
        else:
            self._page(path.removeprefix(self.base_path))

    do_HEAD = do_GET  # noqa: N815 - the name is that of the method of HTTP

    def __getattr__(self, name: str) -> Any:
        """Every other method is refused."""
        if name.startswith("do_"):
            return self._other_method
        raise AttributeError(name)

    def _other_method(self) -> None:
        self.close_connection = True  # what follows is a body that nobody reads
        status = self._refusal() or HTTPStatus.METHOD_NOT_ALLOWED
        self._send(status, "text/plain; charset=utf-8", f"{status} {status.phrase}\n".encode())

    def _refusal(self) -> HTTPStatus | None:
        """Why a request is refused before the disk is asked."""
        assert isinstance(self.server, ThreadingHTTPServer)
        own = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost", "[::1]")}
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or hosts[0].strip().lower() not in own:
            return HTTPStatus.MISDIRECTED_REQUEST
        sent = self.requestline.split(" ")[1]  # `self.path` is what is left of it, without its first slashes
        if len(sent) > LONGEST_PATH:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        return None if _is_sound(sent) else HTTPStatus.NOT_FOUND

    def _page(self, path: str) -> None:
        file = (self.preview.folder / path).resolve()
        if file.is_dir() and not self.path.split("?")[0].endswith("/"):
            self._redirect(f"{self.base_path}{path}/")
            return
        if file.is_dir():
            file = (file / "index.html").resolve()
        if not self.preview.folder.is_dir():
            waiting = html_environment(self.preview.templates).get_template("waiting.html.j2").render()
            self._html(503, waiting, self.preview.state.version)
        elif file.is_file() and file.is_relative_to(self.preview.folder.resolve()):
            self._file(200, file)
        else:
            self._file(404, self.preview.folder / "404.html")

    def _file(self, status: int, file: Path) -> None:
        if file.suffix == ".html" and file.is_file():
            # The version first: a page that is older than its stamp would never be reloaded.
            version = self.preview.state.version
            self._html(status, file.read_text("utf-8"), version)
        else:
            content = file.read_bytes() if file.is_file() else b"not found"
            self._send(status, guess_type(file.name)[0] or "application/octet-stream", content)

    def _html(self, status: int, page: str, version: int) -> None:
        script = Markup('<script src="{0}" data-events="{1}" data-version="{2}"></script></body>').format(
            self.base_path + SCRIPT, self.base_path + EVENTS, version
        )
        self._send(status, "text/html; charset=utf-8", page.replace("</body>", str(script)).encode(), _policy(page))

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "HEAD":
            return
        state = self.preview.state
        try:
            while True:
                message = state.as_json()
                # Written without the lock: a reader that does not read must not hold up a build.
                self.wfile.write(f"data: {message}\n\n".encode())
                self.wfile.flush()
                state.wait_for_other_than(message, HEARTBEAT_SECONDS)
        except OSError:
            return  # the page was closed

    def _redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", quote(target))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, content: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        if policy:
            self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests: the terminal belongs to the builds."""


def _is_sound(path: str) -> bool:
    """Whether a path, as it was sent, can be one of the site: read once, it has no step up, and no sign to mislead."""
    if not path.startswith("/") or not path.isascii():
        return False
    try:
        read = unquote(re.split("[?#]", path)[0], errors="strict")
    except ValueError:
        return False
    *steps, last = read.split("/")[1:]
    is_plain = read.isprintable() and not set(read) & set("\\\0") and not re.search("%[0-9A-Fa-f]{2}", read)
    return is_plain and all(step.strip(". ") for step in steps) and last not in {".", ".."}


def _policy(page: str) -> str:
    """A page of the site says itself what it may load, which holds for the preview's script too."""
    return "" if 'http-equiv="Content-Security-Policy"' in page[:1_000] else _LETTERS_OWN
