"""A disk that is full while an issue is sent: told, and the ledger keeps only whole lines."""

from __future__ import annotations

import errno
import os

import pytest

from paper_digest.delivery import ledger
from paper_digest.writing.folder import append_whole
from tests.delivery.conftest import Sender
from tests.delivery.post_office import PostOffice


@pytest.mark.parametrize("lines", [0, 1, 2, 3])
def test_a_full_disk_under_the_ledger_ends_the_run_with_its_name_and_nobody_gets_it_twice(
    sender: Sender, office: PostOffice, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    original, left = append_whole, iter(range(lines))

    def full(handle: int, line: bytes) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        original(handle, line)

    sender.to("ada@readers.example", "bob@readers.example")
    with monkeypatch.context() as patched:
        patched.setattr(ledger, "append_whole", full)
        with pytest.raises(OSError, match="No space left on device: 'content/sent/"):
            sender(live=True)
    assert len(sender.ledger.splitlines()) == lines
    sender(live=True)
    assert max(office.counts.values()) == 1
