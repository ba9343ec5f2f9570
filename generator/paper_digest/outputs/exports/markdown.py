"""Markdown that is read as it stands, and is safe when it is rendered.

The texts in it come from strangers. In a file of its own, unlike on a page, entities in place of signs would be in the
reader's way, so a backslash stands before every sign that could mean something (https://spec.commonmark.org).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from paper_digest.words import text
from paper_digest.words.text import Kind, Span

_SIGNS = re.compile(r"[\\`*_{}\[\]~$<]|&(?=[#\w])")
_ENTITIES = {"<": "&lt;", "&": "&amp;"}  # not every renderer knows these with a backslash
_BEGINS_BLOCK = re.compile(r"[#>=+:-]|!!!|\?\?\?|[0-9]+(?=[.)])")
# In math, too, nothing may begin an element or a link; TeX minds neither of these spaces.
_BEGINS_ELEMENT_OR_LINK = re.compile(r"<(?=\S)|\](?=[(\[])")
# What does more than set signs, where a renderer knows it: commands, and attributes. Such math is told as words.
_DOES_MORE = re.compile(
    r"\\(?:href|url|html|require|[gxe]?def|let|(?:re)?new|provide|include|input|write|unicode|class|style|cssId|data"
    r"|bbox|begingroup|catcode|csname|special)|\{[^}]*\b(?:on\w+|style|href|src)\s*="
)
# Some renderers look for links within an address, too.
_WITHIN_LINK = re.compile(r"\](?=[(\[])")


def words(plain: str) -> str:
    """Words in which no sign means anything, on one line."""
    return _beginning_no_block(_escaped(" ".join(plain.split())))


def rich(source: str) -> str:
    """A title or paragraph on one line: words, math as `$…$`, and links where a URL stands."""
    return _beginning_no_block("".join(map(_span, text.parse(" ".join(source.split())))))


def _escaped(line: str) -> str:
    return _SIGNS.sub(lambda found: _ENTITIES.get(found.group(), f"\\{found.group()}"), line)


def _beginning_no_block(line: str) -> str:
    """A line that is no heading, quote or item; before the dot or bracket of a number stands the backslash after it."""
    found = _BEGINS_BLOCK.match(line)
    if found is None:
        return line
    return f"{found.group()}\\{line[found.end() :]}" if found.group().isdigit() else f"\\{line}"


def _span(span: Span) -> str:
    if span.kind is Kind.URL:
        return link(span.text)
    if span.kind is Kind.WORDS:
        return _escaped(span.text)
    if _DOES_MORE.search(span.text):
        return _escaped(f"${span.text}$")
    parted = _BEGINS_ELEMENT_OR_LINK.sub(lambda found: f"{found.group()} ", span.text)
    return f"${parted}$"


def link(url: str) -> str:
    """A link that shows its own address."""
    return f"<{_WITHIN_LINK.sub('%5D', url)}>"


def named_link(title: str, url: str) -> str:
    """A link that shows a title."""
    return f"[{words(title)}]({url})"


def bullets(lines: Iterable[str]) -> str:
    """A list."""
    return "".join(f"- {line}\n" for line in lines)
