"""Sends an issue again and again, each time from a fresh ledger in a process that is killed one step later than before.

    python -m tests.delivery.crasher ROOT RECIPIENTS PORT

It prints a line of JSON for each: the step, whether the process was killed, what a second run said, and the ledger.
The steps are every write to the ledger, before, in the middle and after it, and every word of the SMTP dialogue.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from paper_digest.catalog.sent import read_finished
from paper_digest.delivery import ledger
from paper_digest.delivery.command import Outcome
from paper_digest.digest.site import Site
from tests.conftest import site_of
from tests.delivery.conftest import DAY, LEAVE, Sender, leaving_at, smtp_environment

READERS = ("ada", "bob")


class Steps:
    """Counts the steps of this process, and kills it at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str) -> None:
        """A step before each call, and one after it."""
        original = getattr(owner, name)

        def called(*arguments: Any, **named: Any) -> Any:
            self.step()
            result = original(*arguments, **named)
            self.step()
            return result

        setattr(owner, name, called)

    def watch(self) -> None:
        """Set up every step."""
        write: Callable[[int, bytes], None] = ledger._write_all

        def in_halves(handle: int, line: bytes) -> None:
            self.step()
            write(handle, line[: len(line) // 2])
            self.step()
            write(handle, line[len(line) // 2 :])
            self.step()

        ledger._write_all = in_halves
        self.around(os, "fsync")
        self.around(Path, "replace")
        for name in ("connect", "starttls", "send", "getreply"):
            self.around(smtplib.SMTP, name)


def main(root: Path, recipients: Path, port: int) -> None:
    """Until a process ends by itself."""
    site = leaving_at(site_of(root), LEAVE)
    fatal, killed = 0, True
    while killed:
        fatal += 1
        recipients.write_text("".join(f"{name}.{fatal}@readers.example\n" for name in READERS), "utf-8")
        place = root / "runs" / str(fatal)
        killed = _in_a_child(partial(_first, place, site, recipients, port, fatal)) != 0
        sender = Sender(place, site, smtp_environment(port), recipients)
        outcome = sender(live=True)
        _tell(fatal, killed, outcome, sender)


def _first(place: Path, site: Site, recipients: Path, port: int, fatal: int) -> None:
    steps = Steps(fatal)
    steps.watch()
    Sender(place, site, smtp_environment(port), recipients)(live=True)


def _in_a_child(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    try:
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)


def _tell(fatal: int, killed: bool, outcome: Outcome, sender: Sender) -> None:
    told = {
        "step": fatal,
        "killed": killed,
        "sent": outcome.sent,
        "already": outcome.already,
        "unknown": outcome.unknown,
        "exit_code": outcome.exit_code,
        "said": sender.words,
        "finished": read_finished(sender.root) == {DAY},
        "ledger": (sender.root / "content" / "sent" / f"{DAY}.jsonl").read_text("utf-8"),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
