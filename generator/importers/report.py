"""What an import did: the papers it made, what it repaired, and what somebody should look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from generator.catalog.models import Paper


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
