"""How much Markdown may hold: what nests without end, or opens what it never closes, takes a reader of it minutes.

Python-Markdown looks for the other end of every `[` and `<`, and calls itself for every list within a list. Texts come
from strangers, so they are measured before anything reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

MOST_LINES = 5_000
MOST_HEADINGS = 500
MOST_BRACKETS = 100
MOST_OPEN_TAGS = 100
DEEPEST = 8
WIDEST = 48

_MARKER = r"(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+|>[ \t]*)"
_NESTED = re.compile(rf"^[ \t]*(?:{_MARKER}){{{DEEPEST + 1},}}", re.MULTILINE)
_INDENTED = re.compile(rf"^(?:[ \t]{{{WIDEST},}}|\t{{{DEEPEST + 1},}}){_MARKER}", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*([-*_][ \t]*){3,}$")
_HEADING = re.compile(r"^ {0,3}#|^ {0,3}(?:=+|-+)[ \t]*$", re.MULTILINE)


class TooMuch(NamedTuple):
    """Where a text holds too much, as an offset, what it is, and what to do."""

    offset: int
    what: str
    remedy: str


def too_much(markdown: str) -> TooMuch | None:
    """The first thing that a text has too much of, if there is one."""
    return next(_found(markdown), None)


def _found(markdown: str) -> Iterator[TooMuch]:
    if (lines := markdown.count("\n")) > MOST_LINES:
        yield TooMuch(0, f"the text has {lines:,} lines", f"shorten it to {MOST_LINES:,}")
    if sum(1 for _ in _HEADING.finditer(markdown)) > MOST_HEADINGS:
        yield TooMuch(0, f"the text has more than {MOST_HEADINGS} headings", "divide it, or use fewer")
    for nested in (*_NESTED.finditer(markdown), *_INDENTED.finditer(markdown)):
        line = markdown[nested.start() : markdown.find("\n", nested.end()) % (len(markdown) + 1)]
        if not _RULE.match(line):
            what = f"lists or quotations are nested more than {DEEPEST} deep"
            yield TooMuch(nested.start(), what, "write it flatter")
    offset = 0
    for paragraph in re.split(r"(\n[ \t]*\n)", markdown):
        if paragraph.count("[") > MOST_BRACKETS:
            what = f"a paragraph has more than {MOST_BRACKETS} opening brackets `[`"
            yield TooMuch(offset, what, "divide it by an empty line")
        offset += len(paragraph)
    unclosed = _unclosed(markdown)
    if len(unclosed) > MOST_OPEN_TAGS:
        what = f"more than {MOST_OPEN_TAGS} signs `<` have no `>`"
        yield TooMuch(unclosed[0], what, "write `&lt;` where a sign is meant")


def _unclosed(markdown: str) -> list[int]:
    """The places of signs `<` behind which another comes before a `>` does, or none."""
    signs = [(found.start(), found.group()) for found in re.finditer("[<>]", markdown)]
    return [place for (place, sign), (_, then) in pairwise([*signs, (0, "<")]) if sign == "<" == then]
