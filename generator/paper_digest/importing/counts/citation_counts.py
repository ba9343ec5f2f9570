"""Citations of papers that Semantic Scholar knows (https://api.semanticscholar.org/api-docs/graph).

Hundreds of papers are one question, where one question a paper would be hundreds; it is put by POST, which has no ETag.
"""

from __future__ import annotations

from collections.abc import Sequence

from paper_digest.catalog.records import Paper
from paper_digest.importing.counts.counting import Counted, count
from paper_digest.importing.found import dig, items
from paper_digest.importing.sources.semantic_scholar import MOST_AT_ONCE
from paper_digest.importing.web import FetchFailed, Web

ADDRESS = "https://api.semanticscholar.org/graph/v1/paper/batch?fields=citationCount"


def name_of(paper: Paper) -> str | None:
    """A paper as Semantic Scholar is asked for it; None for one that has neither an arXiv id nor a DOI."""
    if paper.arxiv:
        return f"ARXIV:{paper.arxiv}"
    return f"DOI:{paper.doi}" if paper.doi else None


def citations(web: Web, names: Sequence[str]) -> Counted:
    """The citations of papers, by the names they are asked for."""
    counted = Counted()
    for start in range(0, len(names), MOST_AT_ONCE):
        asked = list(names[start : start + MOST_AT_ONCE])
        try:
            answers = items(web.post_json(ADDRESS, {"ids": asked}))
        except FetchFailed as failed:
            counted.notes.append(f"{failed}; not counted in this run: {len(names) - start}")
            break
        counted.answers += 1
        # An answer of another length would give papers the counts of others.
        for name, answer in zip(asked, answers if len(answers) == len(asked) else (), strict=False):
            found = count(dig(answer, "citationCount"))
            if found is not None:
                counted.counts[name] = found
    return counted
