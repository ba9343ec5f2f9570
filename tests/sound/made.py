"""What tests read of a digest: its site with everything that is generated of it, and the site that MkDocs makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.outputs import outputs

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Made:
    """A site, and every file that is generated of it, by its path below the build folder."""

    site: Site
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Built:
    """A site, and the folder that is published."""

    site: Site
    folder: Path


def made_of(root: Path, today: date = TODAY) -> Made:
    """Everything of the digest in a folder, which `check` has nothing against."""
    examined = examine(root, today)
    assert examined.site is not None, examined.problems
    return Made(examined.site, {each.path: each.content for each in outputs(examined.site)})
