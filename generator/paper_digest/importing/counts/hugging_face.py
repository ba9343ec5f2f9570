"""Upvotes of papers at Hugging Face, by arXiv id (https://huggingface.co/docs/hub/api, “Papers”)."""

from __future__ import annotations

from collections.abc import Sequence

from paper_digest.importing.counts.counting import Counted, CountingWeb, count, one_by_one
from paper_digest.importing.found import dig

HOST = "huggingface.co"


def upvotes(web: CountingWeb, arxiv_ids: Sequence[str]) -> Counted:
    """The upvotes of papers. Most papers have no page there, which is no news."""
    return one_by_one(web, HOST, arxiv_ids, lambda arxiv_id: f"https://{HOST}/api/papers/{arxiv_id}", _take)


def _take(asked: str, answer: object, counted: Counted) -> None:
    found = count(dig(answer, "upvotes"))
    if found is not None:
        counted.counts[asked] = found
