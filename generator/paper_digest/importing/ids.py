"""Ids of new papers: short, telling, and not taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from itertools import chain, count

from paper_digest.catalog.records import ID_LENGTH, is_identifier
from paper_digest.words import text

_STOP_WORDS = frozenset(
    "a an and are as at be by can do for from how in into is it its of on or the to toward towards via with using "
    "based not".split()
)


def new_id(base: str, taken: Collection[str], doubt: Callable[[str], None]) -> str:
    """An id that is not taken, as like the wanted one as can be. `doubt` is told when somebody should look at it."""
    candidates = (f"{base[: ID_LENGTH - 6].rstrip('-')}-{number}" for number in count(2))
    chosen = next(name for name in chain([base], candidates) if name not in taken and is_identifier(name))
    if chosen != base:
        doubt(f"the id `{base}` is taken or reserved; chose `{chosen}`")
    elif base.startswith("paper-"):
        doubt(f"the title gives no telling id; chose `{chosen}`")
    return chosen


def short_id(title: str, arxiv: str | None = None) -> str:
    """A short id from a title: the name before its colon (`MMed-RAG: …` → `mmed-rag`), or its first telling words.

    A title without a letter of the Latin or Greek alphabet gives `paper` and its arXiv id.
    """
    name, colon, _ = title.partition(":")
    words = text.ascii_words(name)
    if not colon or len(words) > 4:
        telling = [word for word in text.ascii_words(title) if word not in _STOP_WORDS]
        words = words if len(words) <= 4 else telling[:5]
    chosen = "-".join(words)[:ID_LENGTH].strip("-")
    if re.search("[a-z]", chosen):
        return chosen
    return "-".join(["paper", *(text.ascii_words(arxiv) if arxiv else []), *([] if arxiv else words)])[
        :ID_LENGTH
    ].strip("-")
