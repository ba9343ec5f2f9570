from pathlib import Path

import pytest

from paper_digest.importing.sources.acl_anthology import paper
from paper_digest.importing.web import FetchFailed, NotFound
from tests.apis import Apis, canned, says, web_page

HOST = "aclanthology.org"


def test_a_paper_is_told_from_its_bibtex(apis: Apis) -> None:
    apis.play()
    said = paper(apis.web(), "2026.acl-long.17")
    assert said.source == "ACL Anthology 2026.acl-long.17"
    assert said.title == "LanternQA: Asking Maps – and Getting 43.8% of the Answers"
    assert [author.name for author in said.authors] == ["Ada Ångström", "Cy van der Example", "Xiaoming Wang"]
    assert said.abstract == (
        "We ask maps. They answer in 43.8% of $n_i$ cases; see https://github.com/example/lantern_qa."
    )
    assert (said.doi, said.venue, said.year) == ("10.18653/v1/2026.acl-long.17", "ACL", 2026)
    assert (str(said.published), said.line) == ("2026-07", None)
    assert said.links["pdf"] == "https://aclanthology.org/2026.acl-long.17.pdf"


BOOK = "Proceedings of the 64th Annual Meeting of the Association for Imaginary Linguistics (Volume 1: Long Papers)"


@pytest.mark.parametrize(
    ("paper_id", "venue"),
    [
        ("2024.acl-long.1", "ACL"),
        ("2024.acl-short.12", "ACL"),
        ("2022.naacl-main.3", "NAACL"),
        ("2024.findings-emnlp.12", "Findings of EMNLP"),
        ("2024.bionlp-1.3", "BioNLP"),
        ("2024.tacl-1.5", "TACL"),
        ("2023.cl-2.3", "Computational Linguistics"),
        ("2023.clinicalnlp-1.9", "ClinicalNLP"),
        ("2024.acl-srw.3", BOOK),
        ("2021.emnlp-demo.5", BOOK),
        ("P18-1001", "ACL"),
        ("P18-3001", BOOK),
        ("D19-1001", "EMNLP"),
        ("D19-5001", BOOK),
        ("Q17-1001", "TACL"),
        ("W19-5001", BOOK),
    ],
)
def test_the_id_tells_the_venue_or_else_the_book(apis: Apis, paper_id: str, venue: str) -> None:
    apis.answer(HOST, f"/{paper_id}.bib", canned("acl.bib"))
    assert paper(apis.web(), paper_id).venue == venue


def test_what_is_not_there_or_no_bibtex_is_told_and_not_kept(apis: Apis, tmp_path: Path) -> None:
    web = apis.web(cache=tmp_path)
    apis.play()
    apis.fault(HOST, "/", says(404), web_page())
    with pytest.raises(NotFound):
        paper(web, "2026.acl-long.17")
    with pytest.raises(FetchFailed, match="web page"):
        paper(web, "2026.acl-long.17")
    apis.answer(HOST, "/", "Service under maintenance")
    with pytest.raises(FetchFailed, match="no BibTeX"):
        paper(web, "2026.acl-long.99")
    assert paper(web, "2026.acl-long.17").venue == "ACL"


@pytest.mark.parametrize("body", ["@inproceedings{x, author={Nobody}}", "@inproceedings{x, title={", "% nothing"])
def test_bibtex_without_a_paper_is_not_found(apis: Apis, body: str) -> None:
    apis.answer(HOST, "/", body)
    with pytest.raises(NotFound):
        paper(apis.web(), "2026.acl-long.17")
