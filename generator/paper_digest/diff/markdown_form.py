"""The report as GitHub's Markdown, for a job summary and a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest.diff.changes import Changes
from paper_digest.diff.report import LONGEST_VALUE, Code, Item, Line, Piece, Report, Section, Strong, clean
from paper_digest.diff.telling import report
from paper_digest.shown.cards import Card
from paper_digest.words.text import github, plain

LIMIT = 60_000
"""Characters: a comment may hold 65,536."""
MOST_OPEN = 5
"""With more items than these a section is folded."""
_ADDRESS = re.compile(r"https?://[!-;=?-\[\]-~]+")  # without what ends it between brackets: space, <, > and backslash


def as_markdown(changes: Changes, limit: int = LIMIT) -> str:
    """The changes as Markdown of at most `limit` characters: what has no room is counted."""
    told = report(changes)
    drafts = [_Draft(section, [_item(item) for item in section.items]) for section in told.sections]
    while len(made := _assembled(told, drafts)) > limit and any(draft.items for draft in drafts):
        longest = max(drafts, key=lambda draft: sum(map(len, draft.items)))
        del longest.items[len(longest.items) * 9 // 10 :]
    return made


@dataclass
class _Draft:
    """A section with the items that have room."""

    section: Section
    items: list[str]

    def made(self) -> str:
        return "\n\n".join(self._parts())

    def _parts(self) -> Iterator[str]:
        title = escaped(self.section.title)
        total = len(self.section.items)
        is_folded = total > MOST_OPEN and not self.section.stays_open
        yield f"<details><summary><b>{title}</b> ({total:,})</summary>" if is_folded else f"### {title}"
        if self.items:
            yield "\n".join(self.items)
        if more := total - len(self.items):
            yield f"… and {more:,} more {escaped(self.section.noun)}"
        if is_folded:
            yield "</details>"


def _assembled(told: Report, drafts: list[_Draft]) -> str:
    head = [f"**{escaped(told.tally, 1_000)}**", *(f"> {escaped(note, 1_000)}" for note in told.notes)]
    return "\n\n".join([*head, *(draft.made() for draft in drafts)]) + "\n"


# ---- items -----------------------------------------------------------------------------------------------------------


def _item(item: Item, indent: str = "") -> str:
    inner = f"{indent}  "
    mark = f"`{item.mark}` " if item.mark else ""
    parts = [f"{indent}- {mark}{_line(item.line)}"]
    if item.card:
        parts += ["", *(f"{inner}> {line}".rstrip() for line in _card(item.card)), ""]
    parts += [_item(below, inner) for below in item.below]
    return "\n".join(parts)


def _card(card: Card) -> Iterator[str]:
    """A card in the lines of a quotation. A backslash ends a line that the next one follows directly."""
    belongs = [card.status, card.category.title if card.category else None, card.place, card.date]
    more = f" + {card.further_authors}" if card.further_authors else ""
    authors = ", ".join(escaped(name, 60) for name in card.first_authors) + more
    head = [" · ".join(escaped(part, 100) for part in belongs if part), f"**{escaped(plain(card.title))}**", authors]
    yield "\\\n  > ".join(part for part in head if part)
    if card.summary:
        yield ""
        yield escaped(plain(card.summary))
    if foot := _foot(card):
        yield ""
        yield foot


def _foot(card: Card) -> str:
    tags = ", ".join(escaped(tag.title, 60) for tag in card.tags)
    links = " ".join(_code(link.label) for link in card.links)
    return " — ".join(part for part in (tags, links) if part)


def _line(line: Line) -> str:
    return "".join(_piece(piece) for piece in line)


def _piece(piece: Piece) -> str:
    if isinstance(piece, str):
        return _spaced(piece)
    if isinstance(piece, Code):
        return _code(piece.words)
    words = f"**{escaped(piece.words)}**"
    if isinstance(piece, Strong) or not _ADDRESS.fullmatch(piece.address):
        return words
    return f"[{words}](<{piece.address}>)"


def _spaced(words: str) -> str:
    """Escaped words that keep the space before and behind them."""
    if words.isspace():
        return " "
    before, after = (" " if words[:1].isspace() else ""), (" " if words[-1:].isspace() else "")
    return f"{before}{escaped(words, 1_000)}{after}"


# ---- escaping --------------------------------------------------------------------------------------------------------


def escaped(words: str, limit: int = LONGEST_VALUE) -> str:
    """Words in one line of bounded length, as text alone."""
    return str(github(words, limit))


def _code(words: str) -> str:
    """A code span: its fence is longer than any run of backticks within."""
    shown = clean(words) or " "
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"
