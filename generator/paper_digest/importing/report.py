"""What an import did: the papers it made, what it repaired, what somebody should look at, and what came to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from paper_digest.catalog.records import Paper


class Level(StrEnum):
    """How much attention a note asks for."""

    REPAIRED = "repaired"
    UNSURE = "unsure"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Note:
    """One thing that happened, at a line of the input."""

    line: int
    level: Level
    what: str


@dataclass
class Imported:
    """The papers of an input, each with the line of its title, and the notes about them."""

    papers: list[tuple[int, Paper]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def note(self, line: int, level: Level, what: str) -> None:
        """Add a note."""
        self.notes.append(Note(line, level, what))

    def of(self, level: Level) -> list[Note]:
        """The notes of one level, in the order of the input."""
        return sorted((note for note in self.notes if note.level is level), key=lambda note: note.line)


@dataclass(frozen=True)
class Loss:
    """Something that a source has and that no paper says now: where it stands, and why it could not be used."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Losses:
    """What came to nothing of a source, and how often the fields stood for which a digest has no place."""

    told: list[Loss] = field(default_factory=list)
    placeless: Counter[str] = field(default_factory=Counter)

    def tell(self, where: str, what: str) -> None:
        """Something that could have been used."""
        self.told.append(Loss(where, what))

    def pass_over(self, names: Iterable[str]) -> None:
        """Fields that a digest does not keep, whatever is in them."""
        self.placeless.update(names)

    def notes(self) -> Iterator[str]:
        """What is worth knowing, and no loss: the fields that a digest has no place for."""
        if self.placeless:
            listed = ", ".join(f"{name} ({count})" for name, count in self.placeless.most_common())
            yield f"fields for which a digest has no place were passed over: {listed}"


LONGEST_SHOWN = 60


def shown(value: str) -> str:
    """A value as a message quotes it."""
    value = " ".join(value.split())
    return f"“{value[:LONGEST_SHOWN]}{'…' if len(value) > LONGEST_SHOWN else ''}”"
