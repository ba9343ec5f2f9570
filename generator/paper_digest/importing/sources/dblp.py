"""What dblp says of a paper, in the BibTeX that it gives of every record (https://dblp.org/faq/1474790.html)."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from paper_digest.importing import found
from paper_digest.importing.found import Found
from paper_digest.importing.sources import bibtex
from paper_digest.importing.web import FetchFailed, NotFound, Web

_SITE = "https://dblp.org/rec"
KEY = re.compile(r"(?:conf|journals|books|phd|series|tr|reference|data|persons)/[\w-]+/[\w./-]+", re.ASCII)


def record(web: Web, key: str) -> Found:
    """What dblp says of the record with a key. Raises FetchFailed, and NotFound when it does not have it."""
    name = f"dblp {key}"
    read = bibtex.read(web.text(f"{_SITE}/{quote(key)}.bib?param=1", "application/x-bibtex, text/plain", _check), name)
    if not read:
        raise NotFound("dblp says nothing of it")
    links = {**found.links(page=f"{_SITE}/{key}"), **read[0].links}
    return replace(read[0], source=name, links=links, line=None, is_of_file=False)


def _check(text: str) -> None:
    if not text.lstrip().startswith(("@", "%")):
        raise FetchFailed("sent an answer that is no BibTeX; try again later")
