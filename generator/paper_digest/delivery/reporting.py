"""What a person is told of a run, as Markdown: what came of it, what is to be done now, and what happens by itself.

Readers stand in it as lines of the recipients' file, and answers as codes: no address, no secret, no words of a server
that may hold one. When all went well and nobody has to do anything, it is empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from paper_digest.delivery.orders import Order
from paper_digest.reports import counted

MOST_LINES = 100
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")


def of_nothing(order: Order, reasons: Iterable[str]) -> str:
    """Nothing was sent, and why."""
    told = [f"- {_plain(reason)}" for reason in reasons]
    after = "Nothing is lost: once that is put right, the next run sends it by itself to all who have not got it."
    if order.claim or order.test or order.release:
        after = ""
    return _page(f"## {order.issue}: nothing was sent", "\n".join(told), after)


def of_readers(
    order: Order,
    *,
    reached: int,
    readers: int,
    sent: int,
    stopped: str,
    left: int,
    unreached: Mapping[int, str],
    given_up: Mapping[int, str],
    gone: Mapping[int, str],
    refused: Mapping[int, str],
    unknown: Sequence[int],
    unknown_elsewhere: int,
) -> str:
    """What came of a run over readers; empty when nothing in it is for a person."""
    parts = [
        stopped
        and f"**It stopped.** {_plain(stopped)} {counted(left, 'readers')} certainly did not get it, and the next "
        "run sends it to them by itself, within the days that an issue is mailed.",
        unreached and f"**Not reached yet:** {_lines(unreached)}. The next run tries again by itself, on three days.",
        given_up
        and f"**Not reached on three days:** {_lines(given_up)}. They do not get this issue; look whether their "
        "addresses are right.",
        gone
        and f"**Take off the list:** {_lines(gone)}. Their mailboxes are gone, and they get no later issue either. "
        "`--gone FILE` writes their addresses into a file outside the repository.",
        refused and f"**Refused:** {_lines(refused)}. They do not get this issue; the next one is tried again.",
        (unknown or unknown_elsewhere)
        and f"**May or may not have got it:** {_unknown(unknown, unknown_elsewhere)}. They are not sent it again by "
        "itself; `--unknown-too` does that.",
    ]
    told = [part for part in parts if part]
    if not told:
        return ""
    count = f"Sent to {reached} of {counted(readers, 'readers')}, {sent} of them by this run."
    return _page(f"## {order.issue}, sent via {order.via}", count, *told)


def of_provider(order: Order, sentences: Iterable[str]) -> str:
    """A run through a provider that left something open."""
    said = "\n".join(f"- {_plain(sentence)}" for sentence in sentences)
    after = "The next run asks again by itself, and sends nothing twice."
    return _page(f"## {order.issue} via {order.via}", said, after)


def _page(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def _lines(codes: Mapping[int, str]) -> str:
    """Lines of the recipients' file, with what was answered."""
    shown = [f"{line} ({code or 'no answer'})" for line, code in sorted(codes.items())[:MOST_LINES]]
    return f"{'line' if len(codes) == 1 else 'lines'} {', '.join(shown)}{_more(len(codes))} of the recipients"


def _unknown(lines: Sequence[int], elsewhere: int) -> str:
    found = ", ".join(map(str, sorted(lines)[:MOST_LINES])) + _more(len(lines))
    here = f"{'line' if len(lines) == 1 else 'lines'} {found} of the recipients" if lines else ""
    others = f"{counted(elsewhere, 'readers')} who left the list since" if elsewhere else ""
    return " and ".join(part for part in (here, others) if part)


def _more(count: int) -> str:
    return f" and {count - MOST_LINES} more" if count > MOST_LINES else ""


def _plain(sentence: str) -> str:
    """Words that are no markup, call nobody, and stay on their line."""
    return _MARKUP.sub(r"\\\1", " ".join(sentence.split()).replace("@", "(at)"))
