"""What the search index is made of: a small document for every paper, with what a reader may look for, and no more.

Pagefind (https://pagefind.app/docs/indexing/) reads them beside the site and makes the index of them. They lie at the
papers' own addresses, so that what it finds leads to the pages.
"""

from __future__ import annotations

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.digest.site import Site
from paper_digest.outputs import theme
from paper_digest.outputs.artifact import Artifact
from paper_digest.shown import cards
from paper_digest.shown.shelves import year_of

WITH_CODE = "yes"


def documents(site: Site) -> list[Artifact]:
    """The documents of all papers."""
    template = theme.html_environment(site.templates / "search").get_template("paper.html.j2")

    def page(paper: Paper) -> str:
        card = cards.card(site, paper)
        return template.render(
            language=site.identity.language,
            paper=paper,
            card=card,
            venue=paper.venue.name if paper.venue else None,
            year=year_of(paper),
            code=WITH_CODE if card.has_code else None,
        )

    return [Artifact.search(f"{urls.paper(paper.id)}index.html", page(paper)) for paper in site.papers]
