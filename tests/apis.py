"""A loopback server that plays the APIs of the web under their host names: what a `Web` takes for its mirror.

with playing() as apis:
    apis.answer("api.crossref.org", "/works/", canned("crossref-article.json"))
    apis.fault("api.crossref.org", "/works/", says(500), half())
    crossref.work(apis.web(), "10.5555/digest.2026.17")
    assert [asked.path for asked in apis.asked] == …
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from paper_digest.importing.web import Web

DATA = Path(__file__).parent / "data" / "apis"
REPOSITORY_URL = "https://code.example/team/digest"
# What `Apis.play` answers: fabricated papers in the APIs' own shapes.
CANNED = {
    ("api.crossref.org", "/works/10.5555%2Fdigest.2026.17"): "crossref-article.json",
    ("api.crossref.org", "/works/10.5555%2Fdigest.2026.13"): "crossref-retracted.json",
    ("api.crossref.org", "/works/10.5555%2F2026.10.01.654321"): "crossref-preprint.json",
    ("api.datacite.org", "/dois/10.5281%2Fzenodo.7654321"): "datacite.json",
    ("api2.openreview.net", "/notes?id=aB3dEf_9hI"): "openreview-v2.json",
    ("api.openreview.net", "/notes?id=oLd_Forum1"): "openreview-v1.json",
    ("aclanthology.org", "/2026.acl-long.17.bib"): "acl.bib",
    ("api.semanticscholar.org", "/graph/v1/paper/ARXIV:2611.01234"): "semantic-scholar.json",
}


@dataclass(frozen=True)
class Asked:
    """A request as it came. The names of its headers are in lower case."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Body = str | bytes | Callable[[Asked], str]


@dataclass(frozen=True)
class Answer:
    """What is answered: a body, or what makes one of the request; `cut` sends half of it, `stalls` nothing at all."""

    body: Body = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    stalls: bool = False

    def sent(self, asked: Asked) -> bytes:
        body = self.body(asked) if callable(self.body) else self.body
        return body.encode() if isinstance(body, str) else body


def says(status: int) -> Answer:
    """A failure of the server."""
    return Answer("trouble", status)


def slow_down(retry_after: str = "0") -> Answer:
    """The request to ask less often."""
    return Answer("Rate exceeded.", 429, {"Retry-After": retry_after})


def stall() -> Answer:
    """No answer at all, for longer than anybody waits."""
    return Answer(stalls=True)


def half(body: str = "<feed>and then it ends") -> Answer:
    """An answer that breaks off in the middle."""
    return Answer(body, cut=True)


def web_page() -> Answer:
    """A web page, as a busy server or a guard sends one in the place of data."""
    return Answer("<!doctype html><title>Just a moment…</title>", headers={"Content-Type": "text/html; charset=utf-8"})


def redirect(to: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer("", status, {"Location": to})


def canned(name: str) -> str:
    """A body from tests/data/apis."""
    return (DATA / name).read_text("utf-8")


def arxiv_feed(asked: Asked) -> str:
    """The canned feed with the entries that are asked for alone, as arXiv answers."""
    ids = parse_qs(urlsplit(asked.path).query)["id_list"][0].split(",")
    feed = canned("arxiv-feed.xml")
    entries = re.findall(r"  <entry>.*?</entry>\n", feed, re.DOTALL)
    for entry in entries:
        if not any(re.search(rf"/abs/{re.escape(arxiv_id)}(?:v\d+)?<", entry) for arxiv_id in ids):
            feed = feed.replace(entry, "")
    return feed


def scholar_batch(asked: Asked) -> str:
    """The canned paper where it is asked for, as Semantic Scholar answers for many."""
    paper = json.loads(canned("semantic-scholar.json"))
    return json.dumps([paper if name == "ARXIV:2611.01234" else None for name in json.loads(asked.body)["ids"]])


class Apis:
    """What is answered by host and the beginning of the path, and what was asked."""

    def __init__(self, opened: ExitStack) -> None:
        self.base = ""
        self.asked: list[Asked] = []
        self.done = threading.Event()
        self._answers: dict[tuple[str, str], Answer] = {}
        self._faults: dict[tuple[str, str], list[Answer]] = {}
        self._opened = opened

    def answer(
        self, host: str, path_prefix: str, body: Body, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """From now on, answer so at a host for every path that begins so; the longest beginning counts."""
        self._answers[host, path_prefix] = Answer(body, status, headers or {})

    def fault(self, host: str, path_prefix: str, *faults: Answer) -> None:
        """Before that, answer so: one fault a request, in their order."""
        self._faults.setdefault((host, path_prefix), []).extend(faults)

    def play(self) -> None:
        """Answer for all the papers in tests/data/apis."""
        self.answer("export.arxiv.org", "/api/query", arxiv_feed)
        self.answer("api.semanticscholar.org", "/graph/v1/paper/batch", scholar_batch)
        for (host, path), name in CANNED.items():
            self.answer(host, path, canned(name))

    def web(self, **settings: Any) -> Web:
        """A Web whose mirror this is, that never waits, and that is closed with the server."""
        patient = {"mirror": self.base, "backoff": 0.0, "clock": lambda: 0.0, "sleep": lambda seconds: None}
        return self._opened.enter_context(Web(REPOSITORY_URL, **{**patient, **settings}))

    def next_answer(self, asked: Asked) -> Answer:
        """What to answer to a request."""
        self.asked.append(asked)
        for place, faults in self._faults.items():
            if faults and _is_at(asked, place):
                return faults.pop(0)
        places = [place for place in self._answers if _is_at(asked, place)]
        return self._answers[max(places, key=lambda place: len(place[1]))] if places else Answer("{}", 404)


def _is_at(asked: Asked, place: tuple[str, str]) -> bool:
    return asked.host == place[0] and asked.path.startswith(place[1])


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *arguments: object, apis: Apis) -> None:
        self.apis = apis
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def do_GET(self) -> None:
        host, _, path = self.path[1:].partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        asked = Asked(self.command, host, f"/{path}", headers, body)
        answer = self.apis.next_answer(asked)
        if answer.stalls:
            self.apis.done.wait(30)
        else:
            self._send(answer, answer.sent(asked))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def _send(self, answer: Answer, body: bytes) -> None:
        self.send_response(answer.status)
        for name, value in {"Content-Type": _kind(body), "Content-Length": str(len(body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if answer.cut else body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _kind(body: bytes) -> str:
    kinds = {b"{": "application/json", b"[": "application/json", b"<": "application/atom+xml; charset=utf-8"}
    return kinds.get(body[:1], "text/plain; charset=utf-8")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that has gone away is a part of the play."""


@contextmanager
def playing() -> Iterator[Apis]:
    """The APIs for a while."""
    with ExitStack() as opened:
        apis = Apis(opened)
        server = _Server(("127.0.0.1", 0), partial(_Handler, apis=apis))
        opened.callback(server.server_close)
        opened.callback(server.shutdown)
        opened.callback(apis.done.set)
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        apis.base = f"http://127.0.0.1:{server.server_port}"
        yield apis
