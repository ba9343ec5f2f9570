"""Two states of a record, field by field: what stood there, what stands there now, never a long text twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from paper_digest.catalog.records import Author, Entry, News, Record, StartHere, Summary, VenueRef
from paper_digest.words.text import shortened

LONG = 200
"""From this length on only the places of a text that changed are shown."""
CONTEXT = 4
MOST_PLACES = 3


@dataclass(frozen=True)
class Delta:
    """One difference. `old` or `new` is None where nothing stood or stands; a `remark` says what neither can."""

    field: str
    old: str | None = None
    new: str | None = None
    remark: str = ""

    @property
    def mark(self) -> str:
        """`+` for something new, `-` for something gone, `~` for a change."""
        if self.remark:
            return "~"
        return "+" if self.old is None else "-" if self.new is None else "~"


def deltas(before: Record, after: Record, skipped: Collection[str] = ()) -> Iterator[Delta]:
    """The differences between two records of one kind, in the order of its fields; without those `skipped`."""
    for name, info in type(after).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new and name not in skipped:
            yield from _differences(info.alias or name, old, new)


def _differences(name: str, old: object, new: object) -> Iterator[Delta]:
    if isinstance(old, tuple) and isinstance(new, tuple):
        yield from _of_lists(name, [shown(each) for each in old], [shown(each) for each in new])
    elif isinstance(old, Record) and isinstance(new, Record) and not isinstance(new, VenueRef):
        yield from (_below(name, delta) for delta in deltas(old, new))
    elif isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > LONG:
        yield from _of_prose(name, old.split(), new.split())
    else:
        yield value_delta(name, old, new)


def value_delta(name: str, old: object, new: object) -> Delta:
    """The difference between two values of a field, or between one and nothing."""
    return Delta(name, None if old is None else shown(old), None if new is None else shown(new))


def _below(name: str, delta: Delta) -> Delta:
    return Delta(f"{name}.{delta.field}", delta.old, delta.new, delta.remark)


def shown(value: object) -> str:
    """A value of a record in one line of words, shortened."""
    return shortened(" ".join(_words(value).split()), LONG)


def _words(value: object) -> str:
    match value:
        case Author(name=name, orcid=orcid):
            return f"{name} ({orcid})" if orcid else name
        case VenueRef(name=name, year=year):
            return f"{name} {year}" if year else name
        case Summary(text=text, by=by):
            return f"{text} (by {by})"
        case News(date=day, kind=kind, text=text, url=url):
            return f"{day}, {kind}: {text}" + (f" ({url})" if url else "")
        case Entry(paper=paper, reason=reason):
            return f"{paper} ({reason})" if reason else paper
        case StartHere(paper=paper, why=why):
            return f"{paper} ({why})"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _of_lists(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Delta]:
    gone = [each for each in old if each not in new]
    come = [each for each in new if each not in old]
    if gone:
        yield Delta(name, old=shown(", ".join(gone)))
    if come:
        yield Delta(name, new=shown(", ".join(come)))
    if not gone and not come:
        yield Delta(name, shown(", ".join(old)), shown(", ".join(new)), remark="in another order")


# ---- long texts ------------------------------------------------------------------------------------------------------


def _of_prose(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Delta]:
    places = list(_places(old, new))
    for old_place, new_place in places[:MOST_PLACES]:
        yield Delta(name, _excerpt(old, old_place), _excerpt(new, new_place))
    if len(places) > MOST_PLACES:
        more = len(places) - MOST_PLACES
        yield Delta(name, remark=f"and at {more} more {'place' if more == 1 else 'places'}")
    if not places:
        yield Delta(name, remark="only its paragraphs are others")


def _places(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[slice, slice]]:
    """Where two texts differ, in words; places that lie close together count as one.

    The matcher's own rule against frequent words stays on: it keeps the work on a monotonous text small.
    """
    place: tuple[slice, slice] | None = None
    for operation, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        if operation == "equal":
            continue
        if place and old_from - place[0].stop <= 2 * CONTEXT:
            place = (slice(place[0].start, old_to), slice(place[1].start, new_to))
            continue
        if place:
            yield place
        place = (slice(old_from, old_to), slice(new_from, new_to))
    if place:
        yield place


def _excerpt(words: Sequence[str], place: slice) -> str:
    start, stop = max(0, place.start - CONTEXT), min(len(words), place.stop + CONTEXT)
    before, after = ("… " if start else ""), (" …" if stop < len(words) else "")
    return before + shortened(" ".join(words[start:stop]), LONG) + after
