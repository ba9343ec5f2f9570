"""The pages that people write: `content/pages/*.md`, taken as they are."""

from __future__ import annotations

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk


def pages(desk: Desk) -> list[Artifact]:
    """The hand-written pages."""
    return [Artifact.doc(urls.markdown_file(urls.hand_written(page.stem)), page.markdown) for page in desk.site.pages]
