"""JATS and HTML as text: as registries, publishers and reference managers leave them in titles and abstracts.

Only what is known as a tag counts as one: a paper may speak of `<unk>`, and of p < 0.05.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from paper_digest.words.signs import FORBIDDEN
from paper_digest.words.text import script

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset(
    "p sec list list-item disp-formula br break li div ul ol dl dd dt h1 h2 h3 h4 h5 h6 abstracttext".split()
)
_INLINE = (
    "b i em strong sub sup span u small tt code font italic bold underline sc scp monospace roman inf math title label "
    "named-content styled-content inline-formula tex-math alternatives xref ext-link uri inline-graphic graphic fn "
    "abstract sans-serif strike a script style img table thead tbody tr td th figure cite q mark abbr center del ins "
    "big section article"
).split()
_KNOWN = "|".join(sorted([*_BLOCKS, *_INLINE], key=len, reverse=True))
_ATTRIBUTES = r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>]+))*\s*"
TAG = re.compile(
    rf"<(?:/a|/?(?:(?:jats|mml|m|tp|html|xhtml):[A-Za-z][\w-]*|(?!a>)(?:{_KNOWN}))){_ATTRIBUTES}/?>", re.IGNORECASE
)
"""A tag that is known as one. `<a>` by itself may be what a paper speaks of."""
ENTITY = re.compile(r"&(?:amp;)*(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_NO_TEXT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_NO_LABELS = frozenset({"abstract", "summary"})


def text(markup: str) -> str:
    """The text in a piece of JATS or HTML: its paragraphs, the labels of its sections, what is raised or lowered, and
    formulas as `$tex$` where TeX is given.
    """
    markup = entities(markup)
    return "".join(_words(_parsed(markup))) if TAG.search(markup) else markup


def entities(words: str) -> str:
    """A text with the letters that its entities stand for, however often they were escaped; not those that no text may
    hold, and not what only looks like one.
    """
    for _ in range(3):
        fresh = ENTITY.sub(_letter, words)
        if fresh == words:
            break
        words = fresh
    return words


def _letter(found: re.Match[str]) -> str:
    return FORBIDDEN.sub("", unescape(found.group())).replace("\ufffd", "")


def _parsed(markup: str) -> _Element:
    """Publishers' markup is not always sound: signs that belong to no tag are made letters, and the rest is mended."""
    from lxml import etree

    markup = _NO_TEXT.sub("", FORBIDDEN.sub("", markup))
    pieces = re.split(rf"({TAG.pattern})", markup, flags=re.IGNORECASE)
    sound = "".join(_sound_tag(piece) if at % 2 else _escaped(piece) for at, piece in enumerate(pieces))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    return etree.fromstring(f"<abstract>{sound}</abstract>".encode(), parser)


def _sound_tag(tag: str) -> str:
    """A tag by its name alone; a break that is not closed closes itself."""
    found = re.match(r"<(/?)(?:\w+:)?([\w-]+)", tag)
    assert found is not None
    closing, name = found.group(1), found.group(2).lower()
    if name in {"br", "break"}:
        return f"<{name}/>" if not closing else ""
    return f"<{closing}{name}{'/' if tag.endswith('/>') and not closing else ''}>"


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(element: _Element) -> Iterator[str]:
    """The text of an element, in pieces; blocks stand apart."""
    name = _name(element)
    if name == "title":
        yield _label(element)
    elif name == "tex-math":
        yield _tex(element)
    elif name == "alternatives" and (given := [one for one in element if _name(one) == "tex-math"]):
        yield _tex(given[0])
    elif name == "math":
        yield "".join(_string(element).split())
    elif name in {"sup", "sub", "inf"}:
        yield script("".join(_inside(element, name)), raised=name == "sup")
    elif name:
        yield from _inside(element, name)


def _inside(element: _Element, name: str) -> Iterator[str]:
    apart = "\n\n" if name in _BLOCKS else ""
    yield "" if _name(element.getprevious()) == "title" else apart
    yield _on_one_line(element.text)
    for child in element:
        yield from _words(child)
        yield _on_one_line(child.tail)
    yield apart


def _name(element: _Element | None) -> str:
    """The name of an element without its prefix; a comment has none."""
    tag = None if element is None else element.tag
    return re.sub(r".*[}:]", "", tag) if isinstance(tag, str) else ""


def _string(element: _Element) -> str:
    return str(element.xpath("string()"))


def _on_one_line(text: str | None) -> str:
    """White space of the markup says nothing, but that of a text that was only marked up in places may."""
    return re.sub(r"[^\S\n]+|(?<!\n)\n(?!\s*\n)", " ", text or "")


def _label(title: _Element) -> str:
    """The label of a section goes before its first paragraph; that of the abstract goes without saying."""
    label = " ".join(_string(title).split()).rstrip(":.")
    return "\n\n" if not label or label.casefold() in _NO_LABELS else f"\n\n{label}: "


def _tex(element: _Element) -> str:
    """TeX between dollars; some publishers give a whole LaTeX document for it."""
    tex = re.sub(r"(?s).*\\begin\{document\}|\\end\{document\}.*", "", _string(element))
    tex = re.sub(r"^(?:\$+|\\[(\[])|(?:\$+|\\[)\]])$", "", tex.strip())
    return f"${' '.join(tex.split())}$" if tex.strip() else ""
