"""What may be given to `paper-digest add`, how it is recognised, and whom to ask about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from paper_digest import reading
from paper_digest.importing import found
from paper_digest.importing.found import Found, Say, SourceFailed
from paper_digest.importing.report import Losses
from paper_digest.importing.sources import (
    acl_anthology,
    arxiv,
    bibtex,
    biorxiv,
    crossref,
    csl,
    dblp,
    openreview,
    pubmed,
    ris,
    semantic_scholar,
)
from paper_digest.importing.web import FetchFailed, NotFound, Web

ON_THE_WEB = (
    "give an arXiv id, a DOI, a PubMed or ACL Anthology id, or the address of a paper on arXiv, OpenReview, PubMed, "
    "dblp, Semantic Scholar, Hugging Face or at its publisher"
)
UNDERSTOOD = f"{ON_THE_WEB}, or a file with .bib, .ris or .json (CSL-JSON), or - for a listing on standard input"
LARGEST_FILE = 20 * reading.MEGABYTE


class NotUnderstood(ValueError):  # noqa: N818 - it says what happened
    """A source that is none; the sentence says what to give instead."""


@dataclass(frozen=True)
class ArxivPaper:
    """A paper on arXiv, by its id without version."""

    id: str

    def __str__(self) -> str:
        return f"arXiv {self.id}"


@dataclass(frozen=True)
class RegisteredPaper:
    """A paper with a DOI."""

    doi: str

    def __str__(self) -> str:
        return f"doi:{self.doi}"


@dataclass(frozen=True)
class Submission:
    """A paper on OpenReview, by the id of its forum."""

    forum: str

    def __str__(self) -> str:
        return f"OpenReview {self.forum}"


@dataclass(frozen=True)
class AnthologyPaper:
    """A paper in the ACL Anthology."""

    id: str

    def __str__(self) -> str:
        return f"ACL Anthology {self.id}"


@dataclass(frozen=True)
class PubmedPaper:
    """A paper at PubMed, by its id there, or by its id at PubMed Central."""

    id: str

    def __str__(self) -> str:
        return self.id if self.id.startswith("PMC") else f"PubMed {self.id}"


@dataclass(frozen=True)
class ScholarPaper:
    """A paper at Semantic Scholar, by an id as its API wants it."""

    id: str

    def __str__(self) -> str:
        return f"Semantic Scholar {self.id}"


@dataclass(frozen=True)
class DblpRecord:
    """A record of dblp, by its key."""

    key: str

    def __str__(self) -> str:
        return f"dblp {self.key}"


@dataclass(frozen=True)
class ReferenceFile:
    """A file of references, whose ending tells its format."""

    path: Path

    def __str__(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class StandardInput:
    """A pasted listing on standard input, which `paper_digest.importing.listing` reads."""

    def __str__(self) -> str:
        return "standard input"


Findable = (
    ArxivPaper | RegisteredPaper | Submission | AnthologyPaper | PubmedPaper | ScholarPaper | DblpRecord | ReferenceFile
)
Source = Findable | StandardInput

_READERS = {".bib": bibtex.read, ".ris": ris.read, ".json": csl.read}


# ---- recognising -----------------------------------------------------------------------------------------------------


def recognise(given: str, *, files: bool = True) -> Source:
    """What a SOURCE of the command line is. Raises NotUnderstood, which says what is understood.

    Without `files`, it is none of this machine's, whatever is there: so strangers may name a source.
    """
    given = given.strip()
    if files and given == "-":
        return StandardInput()
    if source := _by_id(given):
        return source
    if address := _as_address(given, files=files):
        return _at(address, given)
    if files and (source := _as_file(given)):
        return source
    raise NotUnderstood(f"“{given[:200]}” is not understood: {UNDERSTOOD if files else ON_THE_WEB}")


def _as_address(given: str, *, files: bool) -> SplitResult | None:
    """A web address, also one without its https://."""
    looks_like_one = re.match(r"(?:[\w-]+\.)+[a-z]{2,}/", given, re.IGNORECASE)
    if looks_like_one and not (files and _is_there(Path(given))):
        given = f"https://{given}"
    if not re.match(r"https?://", given, re.IGNORECASE):
        return None
    try:
        return urlsplit(given)
    except ValueError:
        raise NotUnderstood(f"“{given[:200]}” is no web address: copy it again") from None


def _by_id(given: str) -> Findable | None:
    """An id by itself or after its label, as `arXiv:2410.13085v2`, `doi:10.…`, `2024.acl-long.1`."""
    if "://" in given:
        return None
    bare = re.sub(r"^arxiv:\s*|v[0-9]+$", "", given, flags=re.IGNORECASE)
    if named := found.arxiv_id(bare):
        return ArxivPaper(found.canonical_arxiv_id(named))
    if doi := found.doi(given):
        return _registered(doi)
    if source := _at_pubmed(given):
        return source
    return AnthologyPaper(given) if acl_anthology.ID.fullmatch(given) else None


def _at_pubmed(given: str) -> Findable | None:
    """An id of PubMed or PubMed Central; one of PubMed by itself has seven or eight digits."""
    if re.match(r"(?:pmcid:?\s*)?pmc[0-9]", given, re.IGNORECASE) and (number := found.pmcid(given)):
        return PubmedPaper(number)
    is_named = given.casefold().startswith("pmid")
    number = found.pmid(given)
    return PubmedPaper(number) if number and (is_named or len(number) >= 7) else None


def _registered(doi: str) -> Findable:
    """A DOI. Those of arXiv and of the ACL hold the id of the paper there, where more is told of it."""
    if on_arxiv := found.arxiv_id_of_doi(doi):
        return ArxivPaper(on_arxiv)
    in_anthology = re.fullmatch(rf"10\.18653/v1/({acl_anthology.ID.pattern})", doi)
    return AnthologyPaper(in_anthology.group(1)) if in_anthology else RegisteredPaper(doi)


def _as_file(given: str) -> ReferenceFile | None:
    path = Path(given)
    if path.suffix.lower() in _READERS:
        if not _is_there(path):
            raise NotUnderstood(f"there is no file {given[:200]}: look whether its name and folder are right")
        return ReferenceFile(path)
    if _is_there(path):
        raise NotUnderstood(
            f"{path.name} is no file of references: give one with .bib, .ris or .json (CSL-JSON); a pasted listing is "
            "read by `paper-digest import`, or from standard input with -"
        )
    return None


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no file can be called so
        return False


# ---- addresses -------------------------------------------------------------------------------------------------------

_HOSTS_OF_ARXIV_PAPERS = ("arxiv.org", "alphaxiv.org", "ar5iv.org", "xxx.itp.ac.cn")
_HOSTS_OF_HUGGING_FACE = ("huggingface.co", "hf.co", "hf-mirror.com", "huggingface.host")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s?#&]+")
_AFTER_DOI = re.compile(
    r"(?:/(?:abstract|full|full-?text|html|e?pdf|epub|meta|figures|tables|references|metrics|citations?|related"
    r"|supp[a-z-]*)(?:/.*)?|\.(?:pdf|html?|abstract|full.*)|/+)$",
    re.IGNORECASE,
)
_HAS_DOI = "give the paper's DOI, which stands on that page"
_HAS_BIBTEX = "give the paper's arXiv id, or save the BibTeX on that page and give the file"
_IS_CODE = "that is code: give the address, arXiv id or DOI of its paper"
_REMEDIES = {
    "github.com": _IS_CODE,
    "github.io": "that is the page of a project: give the address, arXiv id or DOI of its paper",
    "gitlab.com": _IS_CODE,
    "bitbucket.org": _IS_CODE,
    "codeberg.org": _IS_CODE,
    "huggingface.co": "that is no paper: its address there begins with https://huggingface.co/papers/",
    "hf-mirror.com": "that is no paper: its address there begins with https://hf-mirror.com/papers/",
    "kaggle.com": "that is data: give the address, arXiv id or DOI of its paper",
    "arxiv.org": "that is no paper: its address there begins with https://arxiv.org/abs/",
    "openreview.net": "that is no paper: its address there begins with https://openreview.net/forum?id=",
    "aclanthology.org": "that is no paper: its address there is like https://aclanthology.org/2024.acl-long.1/",
    "semanticscholar.org": "that is no paper: its address there ends with a number of 40 letters and digits",
    "paperswithcode.com": "give the paper's arXiv id or DOI, which stands on that page",
    "dblp.org": "that is no paper: its address there begins with https://dblp.org/rec/",
    "pubmed.ncbi.nlm.nih.gov": "that is no paper: its address there ends with a number",
    "ieeexplore.ieee.org": _HAS_DOI,
    "mdpi.com": _HAS_DOI,
    "ncbi.nlm.nih.gov": _HAS_DOI,
    "researchgate.net": _HAS_DOI,
    "sciencedirect.com": _HAS_DOI,
    "thelancet.com": _HAS_DOI,
    "ijcai.org": _HAS_BIBTEX,
    "nips.cc": _HAS_BIBTEX,
    "neurips.cc": _HAS_BIBTEX,
    "ojs.aaai.org": _HAS_BIBTEX,
    "openaccess.thecvf.com": _HAS_BIBTEX,
    "papers.miccai.org": _HAS_BIBTEX,
    "proceedings.mlr.press": _HAS_BIBTEX,
}


def _at(address: SplitResult, given: str) -> Findable:
    """What an address leads to. Raises NotUnderstood."""
    host = (address.hostname or "").removeprefix("www.")
    for reader in (
        _paper_on_arxiv,
        _paper_on_openreview,
        _paper_in_anthology,
        _paper_at_pubmed,
        _paper_at_semantic_scholar,
        _paper_at_dblp,
        _paper_with_doi,
    ):
        if source := reader(host, address):
            return source
    if _is_of(host, "arxiv.org") and address.path.startswith(("/abs/", "/pdf/", "/html/")):
        raise NotUnderstood(f"“{given[:200]}” is not understood: its end is no arXiv id; was it copied whole?")
    raise NotUnderstood(f"“{given[:200]}” is not understood: {_remedy(host)}")


def _remedy(host: str) -> str:
    if host.startswith("scholar.google."):
        return "that is a search: follow it to the paper, and give that address"
    return next((remedy for name, remedy in _REMEDIES.items() if _is_of(host, name)), ON_THE_WEB)


def _is_of(host: str, *names: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _paper_on_arxiv(host: str, address: SplitResult) -> Findable | None:
    is_there = _is_of(host, *_HOSTS_OF_ARXIV_PAPERS) and not address.path.startswith("/list/")
    is_told_there = _is_of(host, *_HOSTS_OF_HUGGING_FACE) and address.path.startswith("/papers/")
    named = found.arxiv_id_in(unquote(address.path)) if is_there or is_told_there else None
    return ArxivPaper(named) if named else None


def _paper_on_openreview(host: str, address: SplitResult) -> Findable | None:
    if not _is_of(host, "openreview.net") or not re.match(r"/(?:forum|pdf|attachment|references/pdf)$", address.path):
        return None
    forum = parse_qs(address.query).get("id", [""])[0]
    return Submission(forum) if re.fullmatch(r"[\w-]{5,40}", forum, re.ASCII) else None


def _paper_in_anthology(host: str, address: SplitResult) -> Findable | None:
    if not _is_of(host, "aclanthology.org", "aclweb.org"):
        return None
    named = re.match(rf"/(?:anthology/)?({acl_anthology.ID.pattern})(?:v[0-9]+)?(?:\.[a-z]+|/|$)", address.path)
    return AnthologyPaper(named.group(1)) if named else None


def _paper_at_pubmed(host: str, address: SplitResult) -> Findable | None:
    if not _is_of(host, "ncbi.nlm.nih.gov", "europepmc.org"):
        return None
    at_pubmed, at_pmc = found.id_at_pubmed(f"https://{host}{address.path}")
    number = at_pmc or at_pubmed
    return PubmedPaper(number) if number else None


def _paper_at_semantic_scholar(host: str, address: SplitResult) -> Findable | None:
    if not _is_of(host, "semanticscholar.org"):
        return None
    named = re.search(r"/(?:(CorpusID):?([0-9]+)|([0-9a-f]{40}))(?:[/?#]|$)", address.path, re.IGNORECASE)
    if not named:
        return None
    return ScholarPaper(f"CorpusId:{named.group(2)}" if named.group(2) else named.group(3).lower())


def _paper_at_dblp(host: str, address: SplitResult) -> Findable | None:
    if not _is_of(host, "dblp.org", "dblp.uni-trier.de", "dblp.dagstuhl.de"):
        return None
    path = re.sub(r"\.(?:html|bib|xml|rdf|nt|ttl|ris)$", "", unquote(address.path))
    named = re.fullmatch(rf"/rec/(?:bibtex/|html/|bib/)?({dblp.KEY.pattern})", path)
    return DblpRecord(named.group(1)) if named else None


def _paper_with_doi(host: str, address: SplitResult) -> Findable | None:
    """A DOI in an address: after the resolver's host, and as many publishers write it in theirs."""
    asked = [value for key, values in parse_qs(address.query).items() if key in {"id", "doi"} for value in values]
    path = unquote(address.path)
    if _is_of(host, "nature.com"):
        path = re.sub(r"^/articles/(?=[a-z0-9-]+)", "/10.1038/", path)
    if _is_of(host, "doi.org"):
        return _with_doi(path.lstrip("/"))
    written = next(filter(None, map(_DOI.search, [path, *asked])), None)
    return _with_doi(_without_tail(host, written.group())) if written else None


def _with_doi(written: str) -> Findable | None:
    doi = found.doi(written)
    return _registered(doi) if doi else None


def _without_tail(host: str, written: str) -> str:
    """A DOI without what publishers put behind it in their addresses, as `/full` and `.pdf`."""
    while (shorter := _AFTER_DOI.sub("", written)) != written:
        written = shorter
    return re.sub(r"v[0-9]+$", "", written) if _is_of(host, "biorxiv.org", "medrxiv.org") else written


# ---- finding ---------------------------------------------------------------------------------------------------------


@dataclass
class Findings:
    """What several sources say, in their order; what is worth knowing of the way; and what gave nothing, and why."""

    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)


def find_all(sources: Iterable[Findable], web: Web) -> Findings:
    """What the sources say. arXiv is asked once for all of its papers. A source that fails stops no other."""
    findings = Findings()
    wanted = list(dict.fromkeys(sources))
    ids = [source.id for source in wanted if isinstance(source, ArxivPaper)]
    try:
        on_arxiv = _on_arxiv(ids, web, findings.notes.append) if ids else {}
    except FetchFailed as failed:
        findings.failures.append(f"arXiv {', '.join(ids)}: {failed}")
        on_arxiv, wanted = {}, [source for source in wanted if not isinstance(source, ArxivPaper)]
    for source in wanted:
        try:
            findings.found += _one_of(on_arxiv, source) or find(source, web, findings.notes.append, findings.losses)
        except SourceFailed as failed:
            findings.failures.append(f"{source}: {failed}")
    return findings


def _one_of(on_arxiv: dict[str, Found], source: Findable) -> list[Found]:
    return [_known(on_arxiv, source.id)] if isinstance(source, ArxivPaper) else []


def find(source: Findable, web: Web, say: Say = found.nothing, losses: Losses | None = None) -> list[Found]:
    """What a source says: one paper, or all of a file. `say` is told what is worth knowing of the way, and `losses`
    what a file has and no paper could be made of.

    Raises SourceFailed: FetchFailed when the web gave no answer, NotFound when nobody has such a paper.
    """
    match source:
        case ArxivPaper(arxiv_id):
            return [_known(_on_arxiv([arxiv_id], web, say), arxiv_id)]
        case RegisteredPaper(doi):
            return [_registered_as(doi, web, say)]
        case Submission(forum):
            return [openreview.note(web, forum)]
        case AnthologyPaper(paper_id):
            return [acl_anthology.paper(web, paper_id)]
        case PubmedPaper(number):
            return [pubmed.article(web, pubmed.pmid_of(web, number) if number.startswith("PMC") else number)]
        case ScholarPaper(paper_id):
            return [semantic_scholar.paper(web, paper_id)]
        case DblpRecord(key):
            return [dblp.record(web, key)]
        case ReferenceFile(path):
            return _read(path, losses if losses is not None else Losses())


def _known(papers: dict[str, Found], arxiv_id: str) -> Found:
    if arxiv_id not in papers:
        raise NotFound("arXiv has no such paper: look whether its id is copied whole")
    return papers[arxiv_id]


def _on_arxiv(ids: Sequence[str], web: Web, say: Say) -> dict[str, Found]:
    """What arXiv says; while it is down, what Semantic Scholar says of the same papers."""
    try:
        return arxiv.batch(web, ids)
    except FetchFailed as failed:
        try:
            papers = semantic_scholar.batch(web, [f"ARXIV:{arxiv_id}" for arxiv_id in ids])
        except FetchFailed:
            raise failed from None
        say(f"{failed}. Semantic Scholar was asked instead")
        return {arxiv_id: papers[f"ARXIV:{arxiv_id}"] for arxiv_id in ids if f"ARXIV:{arxiv_id}" in papers}


def _registered_as(doi: str, web: Web, say: Say) -> Found:
    """What the registry of a DOI says; when it says nothing, what its preprint server or Semantic Scholar says."""
    try:
        paper = crossref.work(web, doi, say)
    except FetchFailed as failed:
        paper = _instead_of_registry(doi, web, failed, say)
    return _with_its_server(paper, web, say) if biorxiv.has(paper.doi) and "page" not in paper.links else paper


def _instead_of_registry(doi: str, web: Web, failed: FetchFailed, say: Say) -> Found:
    if biorxiv.has(doi):
        try:
            return biorxiv.preprint(web, doi, say)
        except FetchFailed:
            pass  # Semantic Scholar is asked about it like about any other
    try:
        paper = semantic_scholar.paper(web, f"DOI:{doi}")
    except FetchFailed:
        raise failed from None
    say(f"{failed}. Semantic Scholar was asked instead")
    return paper


def _with_its_server(paper: Found, web: Web, say: Say) -> Found:
    """A preprint with its page at bioRxiv or medRxiv, whose DOIs do not tell the two apart."""
    try:
        told = biorxiv.preprint(web, str(paper.doi))
    except FetchFailed as failed:
        say(f"{paper.source}: {failed}, so that it is not known which of bioRxiv and medRxiv it is on")
        return paper
    return replace(paper, abstract=paper.abstract or told.abstract, links={**told.links, **paper.links})


def _read(path: Path, losses: Losses) -> list[Found]:
    try:
        text = reading.read_text(path, LARGEST_FILE, "utf-8-sig")
    except OSError as error:
        raise SourceFailed(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SourceFailed(f"{path.name} is not UTF-8 text: save it as UTF-8") from None
    return _READERS[path.suffix.lower()](text, path.name, losses)
