"""A provider's own words for a refusal: enough of them to know what to do, and nothing that it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from unicodedata import category

MOST_READ, MOST_SAID = 4_000, 240
"""Characters that are looked at, and that are told."""
QUOTED, LONG = 3, 20
"""So many words, or characters, that were sent are left out."""
_COMMANDS = re.compile(r"##+|::+|[`<>]")


def own_words(answer: object, sent: Sequence[str]) -> str:
    """What an answer says, in one line of a bounded length.

    Addresses, what was sent, and what a log or Markdown takes for a command are left out.
    """
    words = _words(" / ".join(dict.fromkeys(_said(answer)))[:MOST_READ])
    given = [" ".join(_words(text)) for text in sent]
    shown: list[str] = []
    while words:
        quoted = _quoted(words, given)
        word = "…" if quoted or "@" in words[0] else words[0]
        shown += [] if word == "…" and shown[-1:] == ["…"] else [word]
        words = words[max(quoted, 1) :]
    kept = _COMMANDS.sub("", " ".join(shown)).strip()
    return f"{kept[:MOST_SAID].rstrip()}…" if len(kept) > MOST_SAID else kept


def _words(text: str) -> list[str]:
    """The words of a text, without the signs that nobody sees."""
    seen = (sign for sign in text if category(sign) != "Cf")
    return "".join(sign if sign.isprintable() else " " for sign in seen).split()


def _quoted(words: Sequence[str], given: Sequence[str]) -> int:
    """How many of the words, from the first on, are quoted from what was given: some of them, or a long one."""
    count = 0
    while count < len(words) and any(" ".join(words[: count + 1]).strip("\"'.,:;") in text for text in given):
        count += 1
    return count if count >= QUOTED or len(" ".join(words[:count])) >= LONG else 0


def _said(answer: object) -> Iterator[str]:
    """The sentences in an answer: `detail` and `code` at Buttondown, `message` at listmonk; as texts, or in lists."""
    if isinstance(answer, str):
        yield answer
    elif isinstance(answer, list):
        for each in answer[:5]:
            yield from _said(each)
    elif isinstance(answer, dict):
        for name in ("message", "detail", "msg", "error", "code"):
            yield from _said(answer.get(name))


def texts(value: object) -> Iterator[str]:
    """All texts in what was sent."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    else:
        yield str(value)
