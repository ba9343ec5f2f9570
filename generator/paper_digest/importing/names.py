"""The names of authors, as references and registries have them: one person or several, in parts or as printed.

Whether a comma parts two people or the two names of one is not always told. What speaks for several is told as a doubt;
what speaks for neither is left as one name, and told too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from paper_digest.catalog.records import Author
from paper_digest.importing import found
from paper_digest.words import leftovers, markup, text

_SUFFIX = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv|vi{1,3}|(?:2nd|3rd)", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.?[\s-]*){1,4}")
_PUBMED = re.compile(r"(?:[^\W\d_][\w'’-]*\s)+[A-Z]{1,3}")
_OTHERS = re.compile(
    r"(?:and\s+|&\s*)?(?:others|et\s?al\b\.?|et\s+alii|u\.\s?a\.|et\s+coll?\.|and\s+\d+\s+(?:more|others)|\.{2,}|…)",
    re.IGNORECASE,
)
_OF_MANY = re.compile(
    r"\b(?:and|team|group|consortium|collaboration|network|initiative|organi[sz]ation|university|institute?|committee"
    r"|society|ministry|department|cent(?:er|re)|association|foundation|agency|council|project|program(?:me)?|inc|ltd"
    r"|gmbh|laborator(?:y|ies)|lab)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"\s*(?:\$\s*[\^_]?\{?[^$]*\}?\s*\$|[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶‖#]+(?:,[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶‖#]+)*|\^[\w,*†‡§]+"
    r"|(?<=[^\W\d_]{2})[0-9]{1,2}(?:,[0-9*†‡]{1,2})*\*?)+$"
)
_SCRIPTS = re.compile(
    r"<sup>.*?</sup>|\$\s*\^\{?[^$]*\}?\s*\$|(?<=\w)[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶‖]+(?:,[⁰¹²³⁴⁵⁶⁷⁸⁹*†‡§¶‖]+)*|\^\d[\d,*†‡§]*",
    re.IGNORECASE | re.DOTALL,
)
_OF_DBLP = re.compile(r"\s0[0-9]{3}$")


@dataclass
class People:
    """The authors that were named, and what is not certain of them."""

    authors: list[Author] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, name: str, orcid: object = None) -> None:
        """A single name as printed."""
        if others(name):
            self._more()
            return
        bare = _without_others(name)
        if bare != name:
            self._more()
        if (author := found.author(bare, orcid)) and re.search(r"\w", bare):
            self.authors.append(author)
        elif name.strip():
            self.lost.append(f"“{name.strip()[:80]}” is no name")

    def _more(self) -> None:
        doubt = "authors: there are more than are named"
        if doubt not in self.doubts:
            self.doubts.append(doubt)

    def add_written(self, written: str, beside: Sequence[str] = ()) -> None:
        """What stands in the place of one name: that name, family first or last, or several. `beside` are others."""
        if not leftovers.is_sound(written):
            written = re.sub(r"\s0[0-9]{3}(?=\s*(?:,|$))", "", without_marks(markup.entities(written)))
        bare = _without_others(written).strip(" ,;&")
        if not bare or others(written):
            self.add(written)
            return
        if bare != written.strip(" ,;&"):
            self._more()
        names, doubt = _divided(bare, beside)
        for name in names:
            self.add(name)
        if doubt:
            self.doubts.append(f"authors: “{bare[:80]}” {doubt}")


def written(names: Iterable[str]) -> People:
    """The authors of a source that gives names as texts, one at a time as it believes."""
    people, given = People(), [name for name in names if name.strip()]
    for at, name in enumerate(given):
        people.add_written(name, [*given[:at], *given[at + 1 :]])
    return people


def others(name: str) -> bool:
    """Whether a name stands for people who are not named."""
    return bool(_OTHERS.fullmatch(name.strip(" ,;")))


def _without_others(name: str) -> str:
    return re.sub(r"(?:^|[\s,;])\s*(?:et\s?al\b\.?|and others|\.\.\.|…)\s*$", "", name, flags=re.IGNORECASE)


def without_marks(name: str) -> str:
    """A name, or several, without the marks of footnotes, whose commas part nothing."""
    return _SCRIPTS.sub("", name)


def cleaned(name: str) -> str:
    """A name as it is printed: without the marks of footnotes and the numbers by which dblp tells people apart."""
    if leftovers.is_sound(name):
        return name.strip(" ,;")
    mended = " ".join(leftovers.mend(name)[0].split()).strip(" ,;")
    while (bare := _OF_DBLP.sub("", _MARKS.sub("", mended))) != mended and re.search(r"\w", bare):
        mended = bare.strip(" ,;")
    return mended


def may_be_one(one: str, other: str) -> bool:
    """Whether two names can be the same person's: given names may be initials, or come last."""
    mine, yours = text.ascii_words(one), text.ascii_words(other)
    if not mine or not yours:
        return text.comparable(one) == text.comparable(other)
    if sorted(mine) == sorted(yours):
        return True
    return mine[-1] == yours[-1] and mine[0][0] == yours[0][0]


def printed(given: str, family: str, suffix: str = "", particle: str = "") -> str:
    """A name of its parts, the given name first; the number of dblp may stand behind the family."""
    return " ".join(part for part in (given.strip(), particle.strip(), family.strip(), suffix.strip()) if part)


# ---- one or several --------------------------------------------------------------------------------------------------


def _divided(name: str, beside: Sequence[str]) -> tuple[list[str], str]:
    """The names in a text, as printed, and what is to be said of that."""
    for sign in (r"\s*;\s*", r"\s+&\s+", r"\s*\n\s*"):
        parts = [part for part in re.split(sign, name) if part.strip()]
        is_of_people = "&" not in sign or all(" " in part.strip() or "," in part for part in parts)
        if len(parts) > 1 and is_of_people:
            return [one for part in parts for one in _divided(part, ())[0]], f"is read as {len(parts)} names"
    if len(parts := _joined_by_and(name)) > 1:
        names = [one for part in parts for one in _divided(part, parts[-1:])[0]]
        return names, f"is read as {len(names)} names"
    return _by_commas(name, [part.strip() for part in name.split(",") if part.strip()], beside)


def _joined_by_and(name: str) -> list[str]:
    """Names with an “and” between people; not that of an organisation."""
    parts = [part.strip(" ,") for part in re.split(r"\s+and\s+", name)]
    is_of_people = all(len(part.split()) >= 2 or "," in part for part in parts)
    bare = re.sub(r"\s+and\s+", " ", name)
    return parts if is_of_people and not _OF_MANY.search(bare) and not name.casefold().startswith("the ") else [name]


def _by_commas(name: str, parts: list[str], beside: Sequence[str]) -> tuple[list[str], str]:
    if len(parts) < 2:
        return [" ".join(parts) or name], ""
    if len(parts) == 2:
        return _by_one_comma(name, parts, beside)
    if len(parts) == 3 and (_SUFFIX.fullmatch(parts[1]) or _SUFFIX.fullmatch(parts[2])):
        suffix, given = (parts[1], parts[2]) if _SUFFIX.fullmatch(parts[1]) else (parts[2], parts[1])
        return [printed(given, parts[0], suffix)], ""
    names = _several(parts)
    return (names, f"is read as {len(names)} names") if names else ([name], "cannot be divided into names")


def _several(parts: list[str]) -> list[str]:
    """Three or more parts as names, if all of them are of one form."""
    if all(_PUBMED.fullmatch(part) for part in parts):
        return [_turned(part) for part in parts]
    pairs = list(zip(parts[::2], parts[1::2], strict=False))
    if len(parts) % 2 == 0 and all(_INITIALS.fullmatch(given) for _, given in pairs):
        return [printed(given, family) for family, given in pairs]
    if all(len(part.split()) >= 2 for part in parts):
        return parts
    if len(parts) % 2 == 0 and all(len(part.split()) == 1 for part in parts):
        return [printed(given, family) for family, given in pairs]
    return []


def _turned(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    return printed(initials, family)


def _by_one_comma(name: str, parts: list[str], beside: Sequence[str]) -> tuple[list[str], str]:
    first, second = parts
    if _SUFFIX.fullmatch(second):
        return [f"{first} {second}"], ""
    if _OF_MANY.search(first) and not _INITIALS.fullmatch(second):
        return [name], ""
    if len(first.split()) < 2 or len(second.split()) < 2:
        return [printed(second, first)], ""
    if all(_PUBMED.fullmatch(part) for part in parts):
        return [_turned(part) for part in parts], "is read as 2 names"
    begins_with_initial = re.match(r"[^\W\d_]\.", first)
    in_order = [other for other in beside if "," not in other and len(other.split()) >= 2]
    if begins_with_initial or in_order:
        return parts, "is read as 2 names"
    is_family = first[0].islower() or _INITIALS.fullmatch(second) or re.search(r"\s[^\W\d_]\.", f" {second}")
    doubt = "" if is_family else f"is read as one name, {printed(second, first)}: it may be two"
    return [printed(second, first)], doubt
