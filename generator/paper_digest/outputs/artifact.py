"""Output files before they are written, of all kinds in one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from paper_digest import urls

DOCS = "docs"
EMAIL = "email"
SEARCH = "search"


@dataclass(frozen=True)
class Artifact:
    """One output file: its path below the build folder, and its bytes."""

    path: str
    content: bytes

    @classmethod
    def doc(cls, path: str, content: str | bytes) -> Artifact:
        """A file of the docs folder, which MkDocs reads."""
        return cls(f"{DOCS}/{path}", content.encode() if isinstance(content, str) else content)

    @classmethod
    def mail(cls, path: str, content: str | bytes) -> Artifact:
        """A file of the email folder."""
        return cls(f"{EMAIL}/{path}", content.encode() if isinstance(content, str) else content)

    @classmethod
    def search(cls, path: str, content: str) -> Artifact:
        """A file of the search folder, of which the search index is made."""
        return cls(f"{SEARCH}/{path}", content.encode())


def gather(groups: Iterable[Iterable[Artifact]]) -> list[Artifact]:
    """All artifacts of all groups. Two for one place, or one address of the site, are a fault of the program."""
    owners: dict[str, str] = {}
    gathered: list[Artifact] = []
    for group in groups:
        for artifact in group:
            place = _place(artifact.path)
            if place in owners:
                raise ValueError(f"two artifacts for one place: {owners[place]} and {artifact.path}")
            owners[place] = artifact.path
            gathered.append(artifact)
    return gathered


def _place(path: str) -> str:
    folder, _, rest = path.partition("/")
    return f"site:{urls.published_at(rest).casefold()}" if folder == DOCS else path
