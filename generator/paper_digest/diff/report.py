"""What is told of the changes, before it takes a form: sections of items, made of pieces that know how to be shown.

Every piece is text that nobody has vouched for. A form decides how it is escaped; no piece holds markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from paper_digest.shown.cards import Card
from paper_digest.words.signs import cleaned
from paper_digest.words.text import shortened

LONGEST_VALUE = 300


@dataclass(frozen=True)
class Code:
    """An address, an id or a file's place, to be shown letter by letter."""

    words: str


@dataclass(frozen=True)
class Strong:
    """Words that stand out."""

    words: str


@dataclass(frozen=True)
class Page:
    """The title of a page of the site, which stands out, and its full address."""

    words: str
    address: str


Piece = str | Code | Strong | Page
Line = tuple[Piece, ...]


@dataclass(frozen=True)
class Item:
    """One thing that is told: a mark (`+`, `~`, `-`, `!`), a line, and what belongs below it."""

    mark: str
    line: Line
    below: tuple[Item, ...] = ()
    card: Card | None = None


@dataclass(frozen=True)
class Section:
    """Things of one kind. `noun` is what is counted when there are too many, in the plural."""

    title: str
    items: tuple[Item, ...]
    noun: str
    stays_open: bool = False
    """Whether it is never folded away."""


@dataclass(frozen=True)
class Report:
    """All that is told: the tally in one line, what to know about the base, and the sections that have something."""

    tally: str
    notes: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default=())


def clean(words: str, limit: int = LONGEST_VALUE) -> str:
    """Words in one line of bounded length, without what is invisible or turns the direction of text around."""
    return shortened(" ".join(cleaned(words).split()), limit)


def count(number: int, noun: str) -> str:
    """A number and its noun: `1 paper`, `2 entries`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1] + 'ies' if noun.endswith(('ry', 'gy')) else noun + 's'}"
