"""What all sources need alike, done once: texts and names without what formats leave in them, and what titles and
remarks tell of a retraction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from paper_digest.catalog.records import Author
from paper_digest.importing import found, names
from paper_digest.importing.found import Found, Notice
from paper_digest.words import leftovers
from paper_digest.words.leftovers import Spellings

_RETRACTED = r"(?i:retracted(?: (?:article|paper|chapter|publication))?)"
_WITHDRAWN = r"(?i:withdrawn(?: (?:article|paper))?)"
_BEFORE_TITLE = re.compile(
    rf"^(?:[\[(](?P<bracketed>{_RETRACTED}|{_WITHDRAWN})[\])]\s*[:—–-]?|(?P<led>{_RETRACTED}|{_WITHDRAWN}|REMOVED)\s*[:—–])\s*"
)
_BEHIND_TITLE = re.compile(rf"\s*[\[(](?P<behind>{_RETRACTED}|{_WITHDRAWN})[\])]\.?$")
_IS_WITHDRAWN = re.compile(
    r"^\W*withdrawn\b(?! from)"
    r"|\b(?:paper|article|manuscript|submission|preprint|work|version)s? (?:(?:has|have) been |was |were |is |are )?"
    r"(?:being )?withdrawn\b(?! from)"
    r"|\b(?:authors?|we) (?:(?:has|have|is|are|hereby|would like to|wish to|decided to) )*withdr(?:aw|ew|awn|awing)\b"
    r"|\bwithdraw(?:n|ing)? (?:this|the|our) (?:paper|article|manuscript|submission|preprint|work)\b"
    r"|\bwithdrawn (?:by|because|due to)\b",
    re.IGNORECASE,
)
_IS_RETRACTED = re.compile(r"^\W*retracted\b|\b(?:paper|article) (?:has been|was|is) retracted\b", re.IGNORECASE)


def mended(source: Found, spellings: Spellings | None = None) -> Found:
    """What a source says, mended; what is not certain of that is among its doubts."""
    if source.is_mended:
        return source
    doubts = list(source.doubts)
    title, standing = without_standing(_line(source.title, spellings, doubts))
    authors = map(_cleaned, source.authors)
    abstract = _prose(source.abstract or "", spellings, doubts)
    is_withdrawn = source.withdrawn or standing == "withdrawn" or is_told_withdrawn(source.remarks)
    is_retracted = standing == "retracted" or any(map(_IS_RETRACTED.search, source.remarks))
    is_corrected = any(re.fullmatch(r"\W*corrected\W*", remark, re.IGNORECASE) for remark in source.remarks)
    return replace(
        source,
        title=title,
        authors=tuple(author for author in authors if found.line(author.name)),
        abstract=abstract or None,
        venue=found.venue(_line(source.venue, spellings, doubts)) if source.venue else None,
        notice=source.notice
        or (Notice("retracted") if is_retracted else Notice("corrected") if is_corrected else None),
        withdrawn=is_withdrawn,
        doubts=tuple(dict.fromkeys(doubts)),
        is_mended=True,
    )


def _cleaned(author: Author) -> Author:
    name = names.cleaned(author.name)
    return author if name == author.name else author.model_copy(update={"name": name})


def _notice(*, is_retracted: bool, is_corrected: bool) -> Notice | None:
    return Notice("retracted") if is_retracted else Notice("corrected") if is_corrected else None


def without_standing(title: str) -> tuple[str, str | None]:
    """A title without the words that its source puts around it when a paper is retracted or withdrawn, and which."""
    for form in (_BEFORE_TITLE, _BEHIND_TITLE):
        if told := form.search(title):
            words = next(filter(None, told.groupdict().values()))
            bare = title[: told.start()] + title[told.end() :]
            return (bare or title), "withdrawn" if words.casefold().startswith("withdrawn") else "retracted"
    return title, None


def is_told_withdrawn(remarks: Iterable[str]) -> bool:
    """Whether a comment says that a paper is withdrawn; not from a conference, in order to appear at another one."""
    return any(_IS_WITHDRAWN.search(remark) for remark in remarks)


def _line(words: str, spellings: Spellings | None, doubts: list[str]) -> str:
    return found.line(_without_leftovers(words, spellings, doubts)) or words


def _prose(words: str, spellings: Spellings | None, doubts: list[str]) -> str:
    return found.prose(_without_leftovers(words, spellings, doubts)) or ""


def _without_leftovers(words: str, spellings: Spellings | None, doubts: list[str]) -> str:
    fresh, done = leftovers.mend(words, spellings)
    doubts += [f"{each.what}: {each.before} → {each.after}" for each in done if not each.sure]
    return fresh
