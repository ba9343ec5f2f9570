"""The report for a terminal: plain text with marks and indentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from paper_digest.diff.changes import Changes
from paper_digest.diff.report import Item, Line, Section, clean
from paper_digest.diff.telling import report
from paper_digest.shown.cards import Card
from paper_digest.words.text import plain

WIDTH = 88
LONGEST_LINE = 3_000


def as_text(changes: Changes, width: int = WIDTH) -> str:
    """The changes as plain text in lines of at most `width`; only an address or a file's place may be longer."""
    told = report(changes)
    blocks = [_wrapped(clean(told.tally, LONGEST_LINE), width)]
    blocks += [_wrapped(clean(f"! {note}", LONGEST_LINE), width, "  ", first="") for note in told.notes]
    blocks += ["\n".join(_section(section, width)).rstrip() for section in told.sections]
    return "\n\n".join(blocks) + "\n"


def _section(section: Section, width: int) -> Iterator[str]:
    yield section.title
    for item in section.items:
        yield from _item(item, width, "  ")


def _item(item: Item, width: int, indent: str) -> Iterator[str]:
    inner = f"{indent}  "
    mark = f"{item.mark} " if item.mark else "  "
    yield _wrapped(_words(item.line), width, inner, first=indent + mark)
    if item.card:
        yield from (_wrapped(line, width, f"{inner}| ") for line in card_lines(item.card))
        yield ""
    for below in item.below:
        yield from _item(below, width, inner)


def _words(line: Line) -> str:
    return clean("".join(piece if isinstance(piece, str) else piece.words for piece in line), LONGEST_LINE)


def card_lines(card: Card) -> list[str]:
    """A card in lines of plain words: where it belongs, title, authors, summary, tags and links."""
    belongs = [card.status, card.category.title if card.category else None, card.place, card.date]
    more = f" + {card.further_authors}" if card.further_authors else ""
    foot = [", ".join(tag.title for tag in card.tags), " ".join(f"[{link.label}]" for link in card.links)]
    lines = [
        " · ".join(part for part in belongs if part),
        plain(card.title),
        ", ".join(clean(name, 60) for name in card.first_authors) + more,
        plain(card.summary or ""),
        "  ".join(part for part in foot if part),
    ]
    return [clean(line) for line in lines if line]


def _wrapped(words: str, width: int, indent: str = "", first: str | None = None) -> str:
    return textwrap.fill(
        words,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
