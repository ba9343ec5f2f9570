import json
from pathlib import Path

import pytest

from paper_digest.importing.found import SourceFailed
from paper_digest.importing.mending import mended
from paper_digest.importing.recognising import (
    AnthologyPaper,
    ArxivPaper,
    DblpRecord,
    Findable,
    NotUnderstood,
    PubmedPaper,
    ReferenceFile,
    RegisteredPaper,
    ScholarPaper,
    Source,
    StandardInput,
    Submission,
    find,
    find_all,
    recognise,
)
from paper_digest.importing.report import Losses
from paper_digest.importing.web import FetchFailed, NotFound
from tests.apis import Apis, canned, says

ARXIV, CROSSREF, SCHOLAR = "export.arxiv.org", "api.crossref.org", "api.semanticscholar.org"
NEW = ArxivPaper("2611.01234")
OLD = ArxivPaper("hep-th/9901001")


# ---- recognising -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("2611.01234", NEW),
        (" 2611.01234v2\n", NEW),
        ("0706.0001", ArxivPaper("0706.0001")),
        ("arXiv:2611.01234v1", NEW),
        ("ARXIV: 2611.01234", NEW),
        ("hep-th/9901001", OLD),
        ("arxiv:hep-th/9901001v3", OLD),
        ("math.GT/0309136", ArxivPaper("math/0309136")),
        ("https://arxiv.org/abs/2611.01234", NEW),
        ("http://www.arxiv.org/abs/2611.01234v3?context=cs#top", NEW),
        ("arxiv.org/abs/2611.01234", NEW),
        ("https://arxiv.org/pdf/2611.01234v2.pdf", NEW),
        ("https://arxiv.org/html/2611.01234v1", NEW),
        ("https://export.arxiv.org/abs/hep-th/9901001", OLD),
        ("https://www.alphaxiv.org/overview/2611.01234v2", NEW),
        ("https://ar5iv.labs.arxiv.org/html/2611.01234", NEW),
        ("https://huggingface.co/papers/2611.01234", NEW),
        ("https://hf-mirror.com/papers/2611.01234", NEW),
        ("10.48550/arXiv.2611.01234", NEW),
        ("https://doi.org/10.48550/ARXIV.2611.01234", NEW),
    ],
)
def test_papers_on_arxiv_are_recognised(given: str, source: Source) -> None:
    assert recognise(given) == source


@pytest.mark.parametrize(
    ("given", "doi"),
    [
        ("10.1038/s41467-024-44824-z", "10.1038/s41467-024-44824-z"),
        ("doi:10.1234/x", "10.1234/x"),
        ("DOI 10.1234/x", "10.1234/x"),
        ("https://doi.org/10.1234/x%2Fy?nosfx=1#z", "10.1234/x/y"),
        ("dx.doi.org/10.1234/x", "10.1234/x"),
        ("https://doi.org/10.1016/S0140-6736(24)00001-1", "10.1016/S0140-6736(24)00001-1"),
        ("https://doi.org/10.1234/full", "10.1234/full"),
        ("https://link.springer.com/article/10.1007/s10462-024-1#Sec2", "10.1007/s10462-024-1"),
        ("https://link.springer.com/article/10.1007/s10462-024-1/figures/3", "10.1007/s10462-024-1"),
        ("https://link.springer.com/chapter/10.1007/978-3-031-1-2_12", "10.1007/978-3-031-1-2_12"),
        ("https://link.springer.com/content/pdf/10.1007/s10462-024-1.pdf", "10.1007/s10462-024-1"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/mp.1234", "10.1002/mp.1234"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/mp.1234/", "10.1002/mp.1234"),
        ("https://dl.acm.org/doi/pdf/10.1145/3.4", "10.1145/3.4"),
        ("https://www.nature.com/articles/s41467-024-44824-z", "10.1038/s41467-024-44824-z"),
        ("https://www.nature.com/articles/s41467-024-44824-z.pdf", "10.1038/s41467-024-44824-z"),
        ("https://www.nature.com/articles/nature14539/figures/1", "10.1038/nature14539"),
        ("https://www.biorxiv.org/content/10.1101/2026.01.02.123456v2.full.pdf", "10.1101/2026.01.02.123456"),
        ("https://www.medrxiv.org/content/10.1101/2026.01.02.123456v1", "10.1101/2026.01.02.123456"),
        ("https://www.medrxiv.org/content/10.1101/2026.01.02.123456v1.full-text", "10.1101/2026.01.02.123456"),
        ("https://www.frontiersin.org/articles/10.3389/fx.2026.1/full", "10.3389/fx.2026.1"),
        (
            "https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1&type=printable",
            "10.1371/journal.pone.1",
        ),
        ("https://www.science.org/doi/abs/10.1126/science.1", "10.1126/science.1"),
        ("https://pubs.rsna.org/doi/10.1148/radiol.1", "10.1148/radiol.1"),
        ("https://www.tandfonline.com/doi/epdf/10.1080/1.2?needAccess=true", "10.1080/1.2"),
    ],
)
def test_dois_are_recognised_also_in_addresses_of_publishers(given: str, doi: str) -> None:
    assert recognise(given) == RegisteredPaper(doi)


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("https://openreview.net/forum?id=aB3dEf_9hI", Submission("aB3dEf_9hI")),
        ("openreview.net/pdf?id=aB3dEf_9hI", Submission("aB3dEf_9hI")),
        ("https://www.openreview.net/forum?noteId=x&id=aB3dEf_9hI#discussion", Submission("aB3dEf_9hI")),
        ("https://openreview.net/attachment?id=aB3dEf_9hI&name=pdf", Submission("aB3dEf_9hI")),
        ("2024.acl-long.1", AnthologyPaper("2024.acl-long.1")),
        ("P18-1001", AnthologyPaper("P18-1001")),
        ("https://aclanthology.org/2024.findings-emnlp.12/", AnthologyPaper("2024.findings-emnlp.12")),
        ("https://aclanthology.org/2024.acl-long.1.pdf", AnthologyPaper("2024.acl-long.1")),
        ("https://aclanthology.org/2024.acl-long.1.bib", AnthologyPaper("2024.acl-long.1")),
        ("https://aclanthology.org/P18-1001", AnthologyPaper("P18-1001")),
        ("https://www.aclweb.org/anthology/P18-1001.pdf", AnthologyPaper("P18-1001")),
        ("10.18653/v1/2024.acl-long.1", AnthologyPaper("2024.acl-long.1")),
        ("https://doi.org/10.18653/v1/P18-1001", AnthologyPaper("P18-1001")),
        ("-", StandardInput()),
        ("38000000", PubmedPaper("38000000")),
        ("PMID: 12345", PubmedPaper("12345")),
        ("https://pubmed.ncbi.nlm.nih.gov/38000000/", PubmedPaper("38000000")),
        ("https://www.ncbi.nlm.nih.gov/pubmed/38000000", PubmedPaper("38000000")),
        ("https://europepmc.org/article/MED/38000000", PubmedPaper("38000000")),
        ("PMC10000001", PubmedPaper("PMC10000001")),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC10000001/", PubmedPaper("PMC10000001")),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC10000001/pdf/x.pdf", PubmedPaper("PMC10000001")),
        ("https://europepmc.org/article/PMC/PMC10000001", PubmedPaper("PMC10000001")),
        (f"https://www.semanticscholar.org/paper/A-title/{'0a' * 20}", ScholarPaper("0a" * 20)),
        (f"https://www.semanticscholar.org/paper/{'0a' * 20}?sort=x", ScholarPaper("0a" * 20)),
        ("https://api.semanticscholar.org/CorpusID:12345", ScholarPaper("CorpusId:12345")),
        ("https://dblp.org/rec/conf/nips/BeeC24.html?view=bibtex", DblpRecord("conf/nips/BeeC24")),
        (
            "https://dblp.uni-trier.de/rec/bibtex/journals/corr/abs-2401-01234",
            DblpRecord("journals/corr/abs-2401-01234"),
        ),
    ],
)
def test_papers_elsewhere_and_standard_input_are_recognised(given: str, source: Source) -> None:
    assert recognise(given) == source


@pytest.mark.parametrize("name", ["refs.bib", "REFS.BIB", "refs.ris", "refs.json"])
def test_files_of_references_are_recognised_by_their_ending(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("")
    assert recognise(str(path)) == ReferenceFile(path)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "give an arXiv id, a DOI"),
        ("LanternNet: Reading k-space", "give an arXiv id, a DOI"),
        ("2613.01234", "give an arXiv id, a DOI"),
        ("10.1234", "give an arXiv id, a DOI"),
        ("https://example.org/paper", "give an arXiv id, a DOI"),
        ("https://github.com/example/lantern", "that is code"),
        ("github.com/example/lantern", "that is code"),
        ("https://example.github.io/lantern/", "the page of a project"),
        ("https://huggingface.co/example/lantern", "https://huggingface.co/papers/"),
        ("https://huggingface.co/datasets/2611.01234", "https://huggingface.co/papers/"),
        ("https://arxiv.org/list/cs.CV/2611.01234", "https://arxiv.org/abs/"),
        ("https://openreview.net/group?id=ICLR.cc/2027/Conference", "https://openreview.net/forum?id="),
        ("https://openreview.net/forum?id=../../admin", "https://openreview.net/forum?id="),
        ("https://aclanthology.org/volumes/2024.acl-long/", "https://aclanthology.org/2024.acl-long.1/"),
        ("https://www.semanticscholar.org/paper/X/0123456789abcdef", "a number of 40 letters and digits"),
        ("https://dblp.org/pid/1/2.html", "https://dblp.org/rec/"),
        ("https://scholar.google.com/scholar?q=lantern", "that is a search"),
        ("https://scholar.google.de/scholar?q=lantern", "that is a search"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=lantern", "ends with a number"),
        ("https://ieeexplore.ieee.org/document/1234567", "the paper's DOI, which stands on that page"),
        ("https://proceedings.mlr.press/v227/x.html", "save the BibTeX on that page"),
        ("https://proceedings.neurips.cc/paper_files/paper/2026/hash/x.html", "save the BibTeX on that page"),
        ("https://doi.org/", "give an arXiv id, a DOI"),
        ("https://[::1", "no web address"),
        ("javascript:alert(1)", "give an arXiv id, a DOI"),
        ("file:///etc/passwd", "give an arXiv id, a DOI"),
        ("missing.bib", "there is no file missing.bib"),
        ("x" * 5_000, "give an arXiv id, a DOI"),
        ("a\x00b.bib", "there is no file"),
        (f"{'x' * 5_000}.bib", "there is no file"),
    ],
)
def test_anything_else_is_told_with_what_to_give_instead(given: str, told: str) -> None:
    with pytest.raises(NotUnderstood) as failed:
        recognise(given)
    assert told in str(failed.value)
    assert isinstance(failed.value, ValueError)


def test_a_file_of_another_kind_is_told(tmp_path: Path) -> None:
    path = tmp_path / "listing.txt"
    path.write_text("")
    with pytest.raises(NotUnderstood, match=r"^listing\.txt is no file of references"):
        recognise(str(path))


# ---- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("2611.01234", "LanternNet: Reading $k$-space with a Lantern & a Map"),
        ("10.5555/digest.2026.13", "Every Scan Is Healthy"),
        ("https://openreview.net/forum?id=aB3dEf_9hI", "Lanterns for Reasoning"),
        ("2026.acl-long.17", "LanternQA: Asking Maps – and Getting 43.8% of the Answers"),
    ],
)
def test_a_source_is_asked_where_it_is(apis: Apis, given: str, title: str) -> None:
    apis.play()
    source = recognise(given)
    assert not isinstance(source, StandardInput)
    assert [mended(paper).title for paper in find(source, apis.web())] == [title]


@pytest.mark.parametrize(("name", "count"), [("refs.bib", 6), ("refs.ris", 3), ("refs.json", 2)])
def test_a_file_gives_all_its_papers_and_what_was_passed_over(
    apis: Apis, tmp_path: Path, name: str, count: int
) -> None:
    (tmp_path / name).write_text("\ufeff" + canned(name), "utf-8")
    losses = Losses()
    assert len(find(ReferenceFile(tmp_path / name), apis.web(), losses=losses)) == count
    assert len(losses.told) >= 1
    assert apis.asked == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Größe".encode("latin-1"), "refs.bib is not UTF-8 text: save it as UTF-8"),
        (b" " * (20 * 1024 * 1024 + 1), "refs.bib cannot be read: it is larger than 20 MB"),
        (None, "refs.bib cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_gives_no_paper_is_told(apis: Apis, tmp_path: Path, content: bytes | None, told: str) -> None:
    path = tmp_path / "refs.bib"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceFailed) as failed:
        find(ReferenceFile(path), apis.web())
    assert str(failed.value) == told


def test_papers_on_arxiv_are_asked_for_at_once_and_told_in_the_order_of_the_sources(apis: Apis) -> None:
    apis.play()
    wanted: list[Findable] = [OLD, RegisteredPaper("10.5555/digest.2026.13"), ArxivPaper("2611.99999"), NEW, OLD]
    findings = find_all(wanted, apis.web())
    assert [paper.source for paper in findings.found] == [
        "arXiv hep-th/9901001",
        "doi:10.5555/digest.2026.13",
        "arXiv 2611.01234",
    ]
    assert findings.failures == [
        "arXiv 2611.99999: arXiv has no such paper: look whether its id is copied whole",
    ]
    assert [asked.host for asked in apis.asked] == [ARXIV, CROSSREF]


def test_while_arxiv_is_down_semantic_scholar_is_asked_and_that_is_said(apis: Apis) -> None:
    apis.answer(SCHOLAR, "/graph/v1/paper/batch", f"[null, {canned('semantic-scholar.json')}]")
    apis.fault(ARXIV, "/", *[says(503)] * 4)
    findings = find_all([OLD, NEW], apis.web())
    assert [paper.source for paper in findings.found] == ["Semantic Scholar ARXIV:2611.01234"]
    [note] = findings.notes
    assert note.startswith("export.arxiv.org said 503, 4 times")
    assert note.endswith("Semantic Scholar was asked instead")
    [failure] = findings.failures
    assert failure.startswith("arXiv hep-th/9901001: ")
    assert json.loads(apis.asked[-1].body)["ids"] == ["ARXIV:hep-th/9901001", "ARXIV:2611.01234"]


def test_when_both_are_down_that_is_told_once_and_other_sources_are_found(apis: Apis) -> None:
    apis.answer(CROSSREF, "/works/", canned("crossref-article.json"))
    apis.fault(ARXIV, "/", *[says(503)] * 4)
    apis.fault(SCHOLAR, "/", *[says(500)] * 4)
    findings = find_all([OLD, NEW, RegisteredPaper("10.5555/digest.2026.17")], apis.web())
    assert [paper.doi for paper in findings.found] == ["10.5555/digest.2026.17"]
    [failure] = findings.failures
    assert failure.startswith("arXiv hep-th/9901001, 2611.01234: export.arxiv.org said 503, 4 times")


def test_when_both_are_down_it_is_arxiv_whose_trouble_is_told(apis: Apis) -> None:
    apis.fault(ARXIV, "/", *[says(503)] * 4)
    apis.fault(SCHOLAR, "/", *[says(500)] * 4)
    with pytest.raises(FetchFailed, match=r"export\.arxiv\.org said 503"):
        find(NEW, apis.web())


def test_a_doi_that_no_registry_tells_of_is_asked_of_semantic_scholar(apis: Apis) -> None:
    apis.answer(SCHOLAR, "/graph/v1/paper/DOI:10.1234/x", canned("semantic-scholar.json"))
    notes: list[str] = []
    [paper] = find(RegisteredPaper("10.1234/x"), apis.web(), notes.append)
    assert paper.source == "Semantic Scholar DOI:10.1234/x"
    assert len(notes) == 1
    with pytest.raises(NotFound, match="neither Crossref nor DataCite knows this DOI"):
        find(RegisteredPaper("10.1234/y"), apis.web())


def test_nothing_wanted_is_nothing_asked(apis: Apis) -> None:
    findings = find_all([], apis.web())
    assert (findings.found, findings.notes, findings.failures) == ([], [], [])
    assert apis.asked == []
