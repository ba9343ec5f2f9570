"""Math as MathML, judged on its way in and out, since TeX comes from strangers.

The converter passes HTML through, turns entities and `\\unicode{…}` into any sign, and takes every length as it is. So
what it gives is parsed and kept only if it holds nothing but the elements and attributes of the allowlist, made of
MathML Core (https://www.w3.org/TR/mathml-core/), signs that may stand in the catalog, and sizes that a line of text
has room for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from markupsafe import Markup, escape

from paper_digest.words.signs import may_stand_in_a_line

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
ELEMENTS = frozenset(
    "math mrow mi mn mo mtext mspace msup msub msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd mstyle "
    "mpadded mphantom menclose".split()
)
_LENGTHS = frozenset(
    "minsize maxsize linethickness columnspacing rowspacing width height depth lspace rspace voffset".split()
)
_KEYWORDS = frozenset(
    "display mathvariant stretchy fence separator form accent accentunder movablelimits largeop symmetric columnalign "
    "columnlines rowlines displaystyle notation".split()
)
MOST_ELEMENTS = 400
DEEPEST = 32
MOST_ROWS = 16
LONGEST, FURTHEST_BACK = 4.0, -1.0  # em, each: `\\qquad` is 2, the largest delimiter 2.5
LONGEST_TOGETHER = 16.0
# In em, roughly: what a unit is beside the text that the math stands in. A number by itself is a factor.
_UNITS = {
    "": 1.0, "em": 1.0, "ex": 0.5, "px": 1 / 16, "pt": 1 / 12, "pc": 1.0, "mm": 0.18, "cm": 1.8, "in": 4.6,
    "mu": 1 / 18, "%": 0.01, "width": 0.0, "height": 0.0, "depth": 0.0,
}  # fmt: skip
_LENGTH = re.compile(r"([+-]?(?:[0-9]{1,6}\.?[0-9]{0,6}|\.[0-9]{1,6}))([a-z%]*)")
_KEYWORD = re.compile(r"[a-z]+(?:-[a-z]+)*")
_LEVEL = re.compile(r"\+?[0-3]")
# What defines macros can double a formula with every line that it takes.
_DEFINITION = re.compile(r"\\(?:def|let|[a-z]*newcommand|[a-z]*newenvironment|DeclareMathOperator)(?![A-Za-z])")
_THIN_SPACE = '<mspace width="0.17em"></mspace>'


def converted(tex: str) -> Markup | None:
    """MathML for a piece of TeX; None when it cannot be converted into harmless MathML of a sane size."""
    if _DEFINITION.search(tex):
        return None
    try:
        from latex2mathml.converter import convert

        root = ElementTree.fromstring(convert(tex))  # noqa: S314 - the converter's own output; it holds no doctype
        if not _is_harmless(root):
            return None
        return Markup(_written(root, str(escape(tex))))  # noqa: S704 - built from the allowlist, texts escaped
    except Exception:  # the converter raises whatever its parser meets
        return None


# ---- judging ---------------------------------------------------------------------------------------------------------


def _is_harmless(root: ElementTree.Element) -> bool:
    elements = list(root.iter())
    return (
        len(elements) <= MOST_ELEMENTS
        and sum(_name(element) == "mtr" for element in elements) <= MOST_ROWS
        and _depth(root) <= DEEPEST
        and all(map(_is_known, elements))
        and sum(map(abs, _lengths(elements))) <= LONGEST_TOGETHER
    )


def _is_known(element: ElementTree.Element) -> bool:
    """Whether an element is of the allowlist, and so are its attributes, its texts and their signs."""
    return (
        _name(element) in ELEMENTS
        and all(may_stand_in_a_line(text) for text in (element.text or "", element.tail or ""))
        and all(_is_sane(name, value) for name, value in element.attrib.items())
    )


def _is_sane(name: str, value: str) -> bool:
    words = value.split(" ")
    if name == "scriptlevel":
        return _LEVEL.fullmatch(value) is not None
    if name in _LENGTHS:
        return all(_KEYWORD.fullmatch(word) or _is_short(word) for word in words)
    return name in _KEYWORDS and all(_KEYWORD.fullmatch(word) for word in words)


def _is_short(word: str) -> bool:
    length = _in_em(word)
    return length is not None and FURTHEST_BACK <= length <= LONGEST


def _in_em(word: str) -> float | None:
    found = _LENGTH.fullmatch(word)
    return float(found[1]) * _UNITS[found[2]] if found and found[2] in _UNITS else None


def _lengths(elements: list[ElementTree.Element]) -> Iterator[float]:
    """What the spaces and shifts of a formula take. The sizes of delimiters are no lengths of the line."""
    for element in elements:
        for name in _LENGTHS & set(element.attrib) - {"minsize", "maxsize", "linethickness"}:
            yield from (_in_em(word) or 0.0 for word in element.attrib[name].split())


def _depth(root: ElementTree.Element) -> int:
    depth, row = 0, [root]
    while row:
        depth, row = depth + 1, [child for element in row for child in element]
    return depth


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).removeprefix(f"{{{NAMESPACE}}}")


# ---- writing ---------------------------------------------------------------------------------------------------------


def _written(element: ElementTree.Element, alttext: str = "") -> str:
    name = _name(element)
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
    if name == "math":
        attributes += f' alttext="{alttext}"'
    children = "".join(_written(child) + str(escape(child.tail or "")) for child in element)
    inner = f"{escape(element.text or '')}{children}"
    written = f"<{name}{attributes}>{inner}</{name}>"
    # The converter gives `log` and the like no space of their own, and browsers then set `n log n` as one word.
    is_word = name == "mi" and len(inner) > 1 and inner.isalpha()
    return f"{_THIN_SPACE}{written}{_THIN_SPACE}" if is_word else written
