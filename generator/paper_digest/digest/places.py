"""Where a digest's files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CORRECTION_FORM = "correct-paper"

OWN_THEME = Path(__file__).resolve().parents[3] / "theme"


@dataclass(frozen=True)
class Places:
    """The folders of a digest."""

    root: Path

    @property
    def build(self) -> Path:
        """Where everything generated goes."""
        return self.root / "build"

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.build / "site"

    @property
    def pages(self) -> Path:
        """The hand-written pages."""
        return self.root / "content" / "pages"

    @property
    def correction_form(self) -> Path:
        """The issue form for corrections, if the digest's repository has one."""
        return self.root / ".github" / "ISSUE_TEMPLATE" / f"{CORRECTION_FORM}.yml"

    @property
    def templates(self) -> Path:
        """The generator's templates: the digest's own, or else those that come with the generator."""
        own = self.root / "theme" / "templates"
        return own if own.is_dir() else OWN_THEME / "templates"
