"""A feed in parts (RFC 5005, section 4): the live one, and archives that never change once they are full.

Archives are filled from the oldest on, so that a new entry moves nothing from one to another, and each holds half of
what the live feed may hold: after one was split off, a reader who looks in seldom still finds enough in the live feed.
Every entry is in one part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """Some of a feed's subjects, the latest first.

    The live part has no number; archives are counted from the oldest on, from 1.
    """

    subjects: Sequence[T]
    number: int | None = None
    previous: int | None = None
    """The number of the archive that holds what is older, if there is one."""
    following: int | None = None
    """The number of the archive that holds what is newer, if that is not the live part."""


def parts(subjects: Sequence[T], size: int, *, has_archive: bool = True) -> list[Part[T]]:
    """The live part, of at most `size`, then the archives from the newest to the oldest, of subjects in that order."""
    if not has_archive:
        return [Part(subjects[:size])]
    held = max(1, size // 2)
    count = max(0, ceil((len(subjects) - size) / held))
    live = len(subjects) - count * held
    archives = [
        Part(
            subjects[start : start + held],
            number,
            previous=number - 1 or None,
            following=number + 1 if number < count else None,
        )
        for number, start in zip(range(count, 0, -1), range(live, len(subjects), held), strict=True)
    ]
    return [Part(subjects[:live], previous=count or None), *archives]
