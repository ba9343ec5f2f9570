"""Buttondown and listmonk on loopback: they keep what they are given, answer in their APIs' shapes, fail as told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BUTTONDOWN_KEY = "bd-5ecret-0123456789"
LISTMONK_TOKEN = "lm-t0ken-0123456789"
LIST = "0b2f5d4e-6a58-4c5b-9a55-1f0c6f7f3f10"
SUBSCRIBER = "curator@digest.example"
"""The only one whom listmonk knows by name."""
STALL = -1
"""Carry the request out, and never answer."""
CUT = -2
"""Carry the request out, and hang up."""

Json = dict[str, Any]


@dataclass
class Played:
    """What a provider holds, what it was asked for, and what it answers next in the place of the truth."""

    messages: list[Json] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)
    faults: dict[str, list[int]] = field(default_factory=dict)
    """Statuses by method. From 500 on, the request is carried out all the same: so it may be."""
    words: Json = field(default_factory=lambda: {"detail": "no"})
    """What is answered to a request that is refused."""
    tests: list[tuple[Json, list[str]]] = field(default_factory=list)
    """The messages that were sent as a test, as they were then, and to whom."""
    base: str = ""
    done: threading.Event = field(default_factory=threading.Event)

    def changes(self) -> list[tuple[str, str]]:
        """What was asked for that changes something."""
        return [asked for asked in self.asked if asked[0] != "GET"]


def buttondown(played: Played, method: str, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Json]:
    """https://docs.buttondown.com/api-emails-introduction"""
    if (method, path) == ("GET", "/emails"):
        page = int(query["page"][0])
        shown = played.messages[(page - 1) * 2 : page * 2]  # small pages, so that there are several
        rest = len(played.messages) > page * 2
        listed = [{key: value for key, value in message.items() if key != "body"} for message in shown]
        following = f"{played.base}/emails?page={page + 1}" if rest else None
        return 200, {"results": listed, "next": following, "previous": None, "count": len(played.messages)}
    if (method, path) == ("POST", "/emails"):
        made = {"id": f"em_{len(played.messages) + 1}", "source": "api", **body}
        played.messages.append(made)
        return 201, made
    number = re.fullmatch(r"/emails/([^/]+)(/send-draft)?", path)
    found = next((each for each in played.messages if number and each["id"] == number[1]), None)
    if found is None or number is None:
        return 404, {"code": "not_found", "detail": "No such email."}
    if number[2]:
        if method != "POST":
            return 405, {"detail": "Method not allowed"}
        played.tests.append((dict(found), body["recipients"]))
        return 200, {}
    if method == "DELETE":
        played.messages.remove(found)
        return 204, {}
    found |= body
    return 200, found


def listmonk(played: Played, method: str, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Json]:
    """https://listmonk.app/docs/apis/campaigns/"""
    if (method, path) == ("GET", "/api/campaigns"):
        listed = [each for each in played.messages if set(query.get("tags", [])) <= set(each["tags"])]
        return 200, {"data": {"results": listed, "query": "", "total": len(listed), "per_page": 0, "page": 1}}
    if (method, path) == ("GET", "/api/lists"):
        return 200, {"data": {"results": [{"id": 9, "uuid": LIST, "name": "Readers", "type": "public"}], "total": 1}}
    if (method, path) == ("POST", "/api/campaigns"):
        made = {"id": len(played.messages) + 1, "status": "draft", **body}
        played.messages.append(made)
        return 200, {"data": made}
    number = re.fullmatch(r"/api/campaigns/([0-9]+)(/status|/test)?", path)
    found = next((each for each in played.messages if number and each["id"] == int(number[1])), None)
    if found is None or number is None:
        return 400, {"message": "Campaign not found."}
    if number[2] == "/test":
        if not {"name", "subject", "lists", "messenger", "body", "subscribers"} <= body.keys():
            return 400, {"message": "Invalid fields."}  # it takes the whole campaign again
        if SUBSCRIBER not in body["subscribers"]:
            return 400, {"message": "No known subscribers given."}
        played.tests.append((body, body["subscribers"]))
        return 200, {"data": True}
    if method == "DELETE":
        played.messages.remove(found)
        return 200, {"data": True}
    if method == "PUT" and found["status"] not in {"draft", "paused"}:
        return 400, {"message": "Cannot change the status of a campaign that has begun."}
    found |= body
    return 200, {"data": found}


Answers = Callable[[Played, str, str, dict[str, list[str]], Json], tuple[int, Json]]
KEYS: dict[Answers, str] = {
    buttondown: f"Token {BUTTONDOWN_KEY}",
    listmonk: f"token digest:{LISTMONK_TOKEN}",
}


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, *arguments: object, played: Played, answers: Answers) -> None:
        self.played, self.answers = played, answers
        super().__init__(*arguments)  # type: ignore[arg-type]  # what the server passes on

    def _answer(self) -> None:
        played, parts = self.played, urlsplit(self.path)
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))) or b"{}")
        played.asked.append((self.command, parts.path))
        played.headers.append({name.lower(): value for name, value in self.headers.items()})
        played.bodies.append(body)
        waiting = played.faults.get(self.command) or [0]
        fault = waiting.pop(0)
        if self.headers.get("authorization") != KEYS[self.answers]:
            self._send(401, {"detail": f"Invalid: {self.headers.get('authorization')}"})
        elif 300 <= fault < 500:
            self._send(fault, played.words)
        else:
            status, data = self.answers(played, self.command, parts.path, parse_qs(parts.query), body)
            if fault == STALL:
                played.done.wait(20)
            elif fault == CUT:
                self.connection.close()
            else:
                self._send(fault or status, data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the library's names

    def _send(self, status: int, data: Json) -> None:
        body = json.dumps(data).encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if 300 <= status < 400:
            self.send_header("Location", f"{self.played.base}/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        """A connection that was closed on purpose has no more to say."""
        if self.connection.fileno() >= 0:
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that has gone away is a part of the play."""


@contextmanager
def playing(answers: Answers) -> Iterator[Played]:
    """A provider for a while."""
    played = Played()
    server = _Server(("127.0.0.1", 0), partial(_Handler, played=played, answers=answers))
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    played.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield played
    finally:
        played.done.set()
        server.shutdown()
        server.server_close()
