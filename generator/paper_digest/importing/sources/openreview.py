"""What OpenReview says of a submission (https://docs.openreview.net/reference/api-v2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote

from paper_digest.catalog.records import Author, PartialDate
from paper_digest.importing import found
from paper_digest.importing.found import Found, dig
from paper_digest.importing.web import FetchFailed, NotFound, Web

_SITE = "https://openreview.net"
_APIS = ("https://api2.openreview.net", "https://api.openreview.net")  # old venues are in the old one alone
_UNDECIDED = re.compile(r"submission|submitted|withdrawn|reject|under review|desk", re.IGNORECASE)
_DECISION = re.compile(
    r"\([^()]*\)|\b(?:accept(?:ed)?(?: by| at| to)?|oral|spotlight|\w*poster|talk|notable|top[- ]?[0-9]+|conference"
    r"|track|main|(?:short|long|regular|full) papers?)\b%?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def note(web: Web, forum: str) -> Found:
    """What OpenReview says of the paper of a forum. Raises FetchFailed, and NotFound when it has none."""
    refusals: list[FetchFailed] = []
    for api in _APIS:
        try:
            said = dig(web.json(f"{api}/notes?id={quote(forum, safe='')}"), "notes", 0)
        except FetchFailed as failed:
            refusals.append(failed)
        else:
            if paper := _paper(said, forum):
                return paper
    raise _told(refusals)


def _told(refusals: list[FetchFailed]) -> FetchFailed:
    """Why there is no paper: a refusal that is more than not knowing it comes first."""
    for failed in refusals:
        if failed.status in {401, 403}:
            return FetchFailed(
                f"OpenReview shows it to no program at the moment ({failed.status}): give the paper's arXiv id or DOI, "
                "or save its BibTeX and give that file",
                failed.status,
            )
        if not isinstance(failed, NotFound):
            return failed
    return NotFound("OpenReview has no such paper: look whether its address is copied whole")


def _paper(said: object, forum: str) -> Found | None:
    title = found.line(_content(said, "title"))
    if title is None:
        return None
    venue, year = _venue(said)
    return Found(
        source=f"OpenReview {forum}",
        title=title,
        authors=found.authors(map(_author, found.items(_content(said, "authors")))),
        abstract=found.prose(_content(said, "abstract")),
        arxiv=_arxiv(said),
        doi=found.doi(_content(said, "doi")) or found.doi(_content(said, "html")),
        venue=venue,
        year=year,
        published=_published(said),
        links=_links(said, forum),
    )


def _content(said: object, key: str) -> object:
    """A field of the paper, which the new API wraps."""
    value = dig(said, "content", key)
    return dig(value, "value") if isinstance(value, dict) else value


def _author(said: object) -> Author | None:
    name = found.line(said) or found.line(dig(said, "fullname")) or found.line(dig(said, "name"))
    return None if name and name.casefold().startswith("anonymous") else found.author(name)


def _venue(said: object) -> tuple[str | None, int | None]:
    """Venue and year of “ICLR 2025 Poster”; a paper that is not accepted has none."""
    told = found.line(_content(said, "venue")) or ""
    if _UNDECIDED.search(told) or _UNDECIDED.search(str(_content(said, "venueid"))):
        return None, None
    year = _YEAR.search(told)
    name = found.venue(" ".join(_DECISION.sub(" ", _YEAR.sub(" ", told)).split()))
    return name, int(year.group()) if name and year else None


def _published(said: object) -> PartialDate | None:
    """The day when the paper could be read by all, or else the day when it was accepted or handed in."""
    times = (dig(said, kind) for kind in ("odate", "pdate", "cdate"))
    return next(filter(None, map(_day, times)), None)


def _day(milliseconds: object) -> PartialDate | None:
    try:
        when = datetime.fromtimestamp(int(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return PartialDate(when.year, when.month, when.day)


def _arxiv(said: object) -> str | None:
    """Entries taken over from elsewhere link to arXiv instead of holding the paper."""
    addresses = (str(_content(said, key)) for key in ("pdf", "html"))
    return next((found.arxiv_id_in(address) for address in addresses if "arxiv.org/" in address), None)


def _links(said: object, forum: str) -> dict[str, str]:
    pdf = _content(said, "pdf")
    return found.links(
        page=f"{_SITE}/forum?id={quote(forum)}",
        pdf=found.joined(_SITE, pdf) if pdf and "arxiv.org/" not in str(pdf) else None,
        code=_content(said, "code"),
    )
