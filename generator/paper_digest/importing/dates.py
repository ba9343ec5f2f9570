"""Dates as references have them: as much as is sure, the year at least, and whether it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest.catalog.records import PartialDate
from paper_digest.importing import found

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>(?:1[5-9]|20)[0-9]{2})"
_END = r"(?![0-9])"
_FORMS = (
    rf"{_YEAR}[-/.](?P<number>1[0-2]|0?[1-9])[-/.](?P<day>[0-3]?[0-9]){_END}",
    rf"{_YEAR}[-/.\s,]*{_MONTH}[-/.\s]*(?P<day>[0-3]?[0-9]){_END}",
    rf"{_YEAR}[-/.\s,]*{_MONTH}",
    rf"{_YEAR}[-/.](?P<number>1[0-2]|0[1-9]|[1-9]){_END}(?![-/.][0-9]{{1,2}}(?![0-9]))",
    rf"(?<![0-9])(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?(?:\s?[-–]\s?[0-3]?[0-9])?[\s./,-]*{_MONTH}[\s./,-]*{_YEAR}{_END}",
    rf"{_MONTH}[\s.]*(?P<day>[0-3]?[0-9])(?:st|nd|rd|th)?(?:\s?[-–]\s?[0-3]?[0-9])?[\s,]+{_YEAR}{_END}",
    rf"{_MONTH}[^0-9]{{0,20}}{_YEAR}{_END}",
    rf"(?<![0-9])(?P<day>1[3-9]|2[0-9]|3[01])[./-](?P<number>1[0-2]|0?[1-9])[./-]{_YEAR}{_END}",
    rf"(?<![0-9])(?P<number>1[0-2]|0?[1-9])[./-](?P<day>1[3-9]|2[0-9]|3[01])[./-]{_YEAR}{_END}",
    rf"(?<![0-9])(?P<day>[0-3]?[0-9])\.\s?(?P<number>1[0-2]|0?[1-9])\.\s?{_YEAR}{_END}",
    rf"(?<![0-9/])(?P<number>1[0-2]|0?[1-9])/{_YEAR}{_END}",
    rf"(?<![0-9]){_YEAR}{_END}",
)
_FORM = [re.compile(form, re.IGNORECASE) for form in _FORMS]
_IN_DOUBT = re.compile(r"^[~?]|[~?%]$|\bca?\.|\bcirca\b|\babout\b|\bprob|[0-9]{4}s\b", re.IGNORECASE)
_SEASON = re.compile(r"-2[1-4]$")


@dataclass(frozen=True)
class Dated:
    """As much of a date as is sure, and whether the source is."""

    date: PartialDate
    sure: bool = True


def read(written: str) -> Dated | None:
    """A date as it is written; of a span, its beginning. None when there is no year in it."""
    written = re.sub(r"(?<=\w)~(?=\w)", " ", written).strip("{}[]()., ")
    for form in _FORM:
        if (said := form.search(written)) and (date := _date(said.groupdict())):
            rest = _SEASON.sub("", written.replace(said.group(), "", 1))
            is_whole = form is not _FORM[-1] or not re.search("[0-9]", rest)
            return Dated(date, is_whole and not _IN_DOUBT.search(written))
    return None


def month(written: str) -> tuple[int | None, int | None]:
    """The month and, if it is there, the day of `nov`, `November`, `11`, `15~nov`, `3 March`."""
    written = written.strip(" {}.~").casefold()
    if re.fullmatch(r"0?[1-9]|1[0-2]", written):
        return int(written), None
    named = re.search(rf"(?<![a-z])({'|'.join(MONTHS)})", written)
    if not named:
        return None, None
    around = re.match(r"^\W*([0-3]?[0-9])\W|.*[a-z.]\W*([0-3]?[0-9])\W*$", written[:12])
    day = next(filter(None, around.groups()), None) if around and not re.search("[-–/]", written) else None
    return MONTHS.index(named.group(1)) + 1, int(day) if day else None


def of_parts(year: PartialDate, month_of: int | None, day: int | None) -> PartialDate:
    """A date of its parts, as exact as they are sound together."""
    for parts in ((month_of, day), (month_of, None)):
        if all(part is not None for part in parts[: 1 + (parts[1] is not None)]):
            text = "-".join([f"{year.year:04}", *(f"{part:02}" for part in parts if part is not None)])
            if date := found.partial_date(text):
                return date
    return year


def _date(said: dict[str, str | None]) -> PartialDate | None:
    number, name = said.get("number"), said.get("month")
    month_of = int(number) if number else MONTHS.index(name.casefold()) + 1 if name else None
    day = said.get("day")
    parts = [str(said["year"]), *([f"{month_of:02}"] if month_of else []), *([day.zfill(2)] if day else [])]
    return found.partial_date("-".join(parts))


def first(written: Iterator[str]) -> Dated | None:
    """The first of several that is a date."""
    return next(filter(None, map(read, written)), None)
