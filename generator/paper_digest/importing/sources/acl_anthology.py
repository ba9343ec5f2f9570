"""What the ACL Anthology says of a paper (https://aclanthology.org/info/ids/)."""

from __future__ import annotations

import re
from dataclasses import replace

from paper_digest.importing.found import Found
from paper_digest.importing.sources import bibtex
from paper_digest.importing.web import FetchFailed, NotFound, Web

_SITE = "https://aclanthology.org"
_NEW = r"[0-9]{4}\.[a-z0-9]+-[a-z0-9]+\.[0-9]+"
_OLD = r"[A-Z][0-9]{2}-[0-9]{4}"
ID = re.compile(rf"(?:{_NEW}|{_OLD})")
_MAIN_VOLUMES = frozenset({"main", "long", "short"})
# How venues are written whose name is not their slug in capitals.
_NAMES = {
    "argmining": "ArgMining",
    "bionlp": "BioNLP",
    "blackboxnlp": "BlackboxNLP",
    "cl": "Computational Linguistics",
    "clinicalnlp": "ClinicalNLP",
    "clpsych": "CLPsych",
    "conll": "CoNLL",
    "louhi": "Louhi",
    "nlp4health": "NLP4Health",
    "repl4nlp": "RepL4NLP",
    "sdp": "SDP",
    "semeval": "SemEval",
    "starsem": "*SEM",
    "trustnlp": "TrustNLP",
}
_OLD_LETTERS = {
    "C": "COLING",
    "D": "EMNLP",
    "E": "EACL",
    "I": "IJCNLP",
    "J": "Computational Linguistics",
    "K": "CoNLL",
    "L": "LREC",
    "N": "NAACL",
    "P": "ACL",
    "Q": "TACL",
}


def paper(web: Web, paper_id: str) -> Found:
    """What the Anthology says of a paper. Raises FetchFailed, and NotFound when it does not have it."""
    name = f"ACL Anthology {paper_id}"
    read = bibtex.read(web.text(f"{_SITE}/{paper_id}.bib", "application/x-bibtex, text/plain", _check), name)
    if not read:
        raise NotFound("the ACL Anthology says nothing of it")
    said = read[0]
    links = {**said.links, "pdf": f"{_SITE}/{paper_id}.pdf"}
    return replace(said, source=name, venue=_venue(paper_id) or said.venue, links=links, line=None, is_of_file=False)


def _check(text: str) -> None:
    if not text.lstrip().startswith(("@", "%")):
        raise FetchFailed("sent an answer that is no BibTeX; try again later")


def _venue(paper_id: str) -> str | None:
    """The short name of the venue that an id tells; None for workshops, demos and the like, whose full name is kept."""
    if not paper_id[0].isdigit():
        return _old_venue(paper_id)
    slug, volume = paper_id.split(".")[1].split("-")
    if slug == "findings":
        return f"Findings of {_named(volume)}"
    return _named(slug) if volume.isdigit() or volume in _MAIN_VOLUMES else None


def _old_venue(paper_id: str) -> str | None:
    """In old ids, a letter is the venue, and the first digits are the volume: 1 and 2 hold long and short papers."""
    letter, volume = paper_id[0], int(paper_id[4])
    is_main = volume in {1, 2} if letter in "ENP" else volume < 5
    return _OLD_LETTERS.get(letter) if is_main else None


def _named(slug: str) -> str:
    return _NAMES.get(slug, slug.upper())
