"""`paper-digest`, kept warm: a process that has all of it imported forks for each command, so that a day takes seconds.

Run as a program it is that process. What stands in `.venv/bin` of a played runner is CALLER, which hands its arguments,
folder, environment and streams over, and ends as the command does. The commands are the real ones, but that a build
makes no pages: what a day is about is that it was built, of what, and what was recorded. And nothing waits for time.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

CALLER = """#!{python} -ISE
import json, os, socket, sys
place = socket.socket(socket.AF_UNIX)
place.connect({address!r})
what = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
socket.send_fds(place, [len(what).to_bytes(4, "big")], [0, 1, 2])
place.sendall(what)
sys.exit(int(place.makefile().read() or 70))
"""


def make_site(root: Path, side: Path, places: Iterable[str]) -> None:
    """Play MkDocs and the indexer."""
    (side / "site/papers").mkdir(parents=True)
    (side / "site/index.html").write_text("Built.")
    (side / "site/papers/cards.json").write_text("[]")  # by which a site is known


def _serve(address: str) -> NoReturn:
    _warm_up()
    gc.freeze()
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    ended, told = socket.socketpair()
    told.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(told.fileno())
    print("ready", flush=True)  # noqa: T201 - whoever started this waits for it
    running: dict[int, socket.socket] = {}
    while True:
        readable, _, _ = select.select([listening, ended], [], [])
        if listening in readable:
            caller, _ = listening.accept()
            running[_started(caller)] = caller
        if ended in readable:
            ended.recv(4096)
        _bury(running)


def _bury(running: dict[int, socket.socket]) -> None:
    """Tell the callers of commands that have ended how they did."""
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        code = os.waitstatus_to_exitcode(status)
        with running.pop(child) as caller, suppress(OSError):  # a caller may have been switched off
            caller.sendall(str(code if code >= 0 else 128 - code).encode())


def _started(caller: socket.socket) -> int:
    """The process that carries out what a caller asks for."""
    length, streams, _, _ = socket.recv_fds(caller, 4, 3)
    told = b""
    while len(told) < int.from_bytes(length, "big"):
        told += caller.recv(1 << 20)
    child = os.fork()
    if child == 0:
        arguments, folder, environment = json.loads(told)
        _become(arguments, folder, environment, streams)
    for stream in streams:
        os.close(stream)
    return child


def _become(arguments: list[str], folder: str, environment: dict[str, str], streams: list[int]) -> NoReturn:
    from paper_digest.commands.cli import main

    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    Path(environment["RUNNER_TEMP"], "pid").write_text(str(os.getpid()))
    code: object = 0
    try:
        main(arguments, prog_name="paper-digest")
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _warm_up() -> None:
    time.sleep = lambda seconds: None

    import paper_digest.building.build
    import paper_digest.curating.issuing
    import paper_digest.delivery.by_smtp
    import paper_digest.delivery.command
    import paper_digest.importing.counts.refreshing
    import paper_digest.outputs.emails

    paper_digest.building.build.make_site = make_site
    paper_digest.building.build.outputs = lambda site: []  # type: ignore[attr-defined]  # as `build` imports it


if __name__ == "__main__":
    _serve(sys.argv[1])
