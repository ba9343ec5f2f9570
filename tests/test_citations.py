import json

import pytest

from paper_digest.digest.site import Site
from paper_digest.importing.sources import csl as csl_reader
from paper_digest.importing.sources import ris as ris_reader
from paper_digest.shown import citations
from paper_digest.shown.citations import Name


def test_a_conference_paper_cites_its_proceedings_and_keeps_capitals(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["plain"])
    assert entry.startswith("@inproceedings{plain,\n")
    assert 'author = {Ada Lovelace and Ren\\\'ee M\\"uller-\\r{A}ngstr\\"om and Plato},' in entry
    assert "booktitle = {International Conference on Examples}," in entry
    assert "year = {2025}," in entry
    assert "eprint = {2410.00010}," in entry


def test_a_journal_paper_is_an_article(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["math"])
    assert entry.startswith("@article{math,")
    assert "$O(n \\log n)$" in entry
    assert "at \\$5 and \\$6" in entry


def test_a_preprint_has_its_month(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["many-authors"])
    assert entry.startswith("@misc{many-authors,")
    assert "month = mar," in entry
    assert entry.count(" and ") == 61


def test_what_is_unknown_is_left_out(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["missing-everything"])
    assert [line.split("=")[0].strip() for line in entry.splitlines()[1:-1]] == ["title", "url"]


def test_a_name_that_holds_the_word_and_stays_one_author(example_site: Site) -> None:
    entry = citations.bibtex(example_site, example_site.paper["hostile"])
    assert "and {Anna and Bert}" in entry


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("MMed-RAG: A RAG system", "{MMed-RAG}: A {RAG} system"),
        ("Learning from $X_1$ and LLaMA-2", "Learning from $X_1$ and {LLaMA-2}"),
        ("Plain words only", "Plain words only"),
    ],
)
def test_capitals_inside_words_are_kept_by_braces(title: str, kept: str) -> None:
    assert citations._capitals_kept(title) == kept


def test_the_plain_citation_reads_as_one_line(example_site: Site) -> None:
    assert citations.plain_citation(example_site, example_site.paper["plain"]) == (
        "Ada Lovelace, Renée Müller-Ångström, Plato. A plain paper: nothing to see. International Conference on "
        "Examples. 2025. arXiv:2410.00010. doi:10.1000/plain_1."
    )


def test_head_tags_name_every_author_and_the_pdf(example_site: Site) -> None:
    tags = citations.head_tags(example_site, example_site.paper["plain"])
    assert [value for name, value in tags if name == "citation_author"] == [
        "Ada Lovelace",
        "Renée Müller-Ångström",
        "Plato",
    ]
    assert ("citation_pdf_url", "https://arxiv.org/pdf/2410.00010") in tags
    assert ("citation_conference_title", "International Conference on Examples") in tags


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Mail me@ArXiv", "Mail me{@}{ArXiv}"),
        ("$x_{@foo{a}}$", "$x_{{@}foo{a}}$"),
        ("$\\{x}$", "\\textbackslash{}\\textbraceleft{}x\\textbraceright{}"),
    ],
)
def test_no_parser_takes_a_title_for_the_end_of_its_entry(example_site: Site, title: str, written: str) -> None:
    paper = example_site.paper["plain"].model_copy(update={"title": title})
    assert citations.bibtex(example_site, paper).splitlines()[1] == f"  title = {{{written}}},"


def test_words_that_are_the_same_in_latex_are_not_encoded_anew() -> None:
    from paper_digest.words import text

    signs = "Az09.,:;()'/-"
    assert citations._SAME_IN_LATEX.fullmatch(f"{signs} {signs}")
    assert text.latex(f"{signs} {signs}") == f"{signs} {signs}"
    assert not any(citations._SAME_IN_LATEX.fullmatch(f"a{sign}b") for sign in '\\{}$&#^_%~"<>@é\n')


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ada Lovelace", Name("Lovelace", "Ada")),
        ("Ada B. C. Lovelace", Name("Lovelace", "Ada B. C.")),
        ("Émilie du Châtelet", Name("Châtelet", "Émilie", "du")),
        ("Cy van der Example Jr.", Name("Example", "Cy", "van der", "Jr.")),
        ("Cy Example, Jr.", Name("Example", "Cy", suffix="Jr.")),
        ("Charles de la Vallée Poussin", Name("Vallée Poussin", "Charles", "de la")),
        ("Cy Example III", Name("Example", "Cy", suffix="III")),
        ("Plato", Name("Plato")),
        ("Chen II", Name("II", "Chen")),
        ("Anna and Bert", Name("Anna and Bert")),
        ("AI4SafeChole Consortium", Name("AI4SafeChole Consortium")),
        ("Example, Inc.", Name("Example, Inc.")),
        ("王 小明", Name("王 小明")),
        ("דנה כהן", Name("כהן", "דנה")),
    ],
)
def test_a_name_is_divided_where_bibtex_would(name: str, parts: Name) -> None:
    assert citations.divided(name) == parts


def test_ris_is_from_its_type_to_its_end_with_a_date_where_the_month_is_known(example_site: Site) -> None:
    record = citations.ris(example_site, example_site.paper["many-authors"])
    lines = record.split("\r\n")
    assert lines[:4] == ["TY  - UNPB", "ID  - many-authors", "TI  - A paper by sixty-two people", "AU  - A0, Author"]
    assert sum(line.startswith("AU  - ") for line in lines) == 62
    assert lines[-7:] == [
        "PY  - 2022",
        "DA  - 2022/03//",
        "UR  - https://arxiv.org/abs/2203.12345",
        "AB  - Everybody wrote a word.",
        "N1  - Corrected",
        "ER  - ",
        "",
    ]


def test_a_published_paper_is_cited_by_the_year_of_its_venue_alone(example_site: Site) -> None:
    paper = example_site.paper["plain"]
    assert "DA  - " not in citations.ris(example_site, paper)
    assert citations.csl(example_site, paper)["issued"] == {"date-parts": [[2025]]}


def test_a_paper_as_csl_json(example_site: Site) -> None:
    assert citations.csl(example_site, example_site.paper["plain"]) == {
        "id": "plain",
        "type": "paper-conference",
        "title": "A plain paper: nothing to see",
        "author": [
            {"family": "Lovelace", "given": "Ada"},
            {"family": "Müller-Ångström", "given": "Renée"},
            {"literal": "Plato"},
        ],
        "container-title": "International Conference on Examples",
        "issued": {"date-parts": [[2025]]},
        "DOI": "10.1000/plain_1",
        "URL": "https://arxiv.org/abs/2410.00010",
    }


def test_a_preprint_and_a_journal_in_csl_json(example_site: Site) -> None:
    preprint = citations.csl(example_site, example_site.paper["many-authors"])
    assert (preprint["type"], preprint["publisher"], preprint["number"]) == ("article", "arXiv", "arXiv:2203.12345")
    assert preprint["issued"] == {"date-parts": [[2022, 3]]}
    assert preprint["note"] == "Corrected"
    journal = citations.csl(example_site, example_site.paper["math"])
    assert (journal["type"], journal["container-title"]) == ("article-journal", "Journal of Examples")
    assert journal["author"] == [
        {"family": "Châtelet", "given": "Émilie", "non-dropping-particle": "du"},
        {"family": "Lovelace", "given": "Ada"},
    ]


# The variables of CSL 1.0.2 that are used, as its JSON Schema types them.
CSL_TYPES = {"article", "article-journal", "paper-conference"}
CSL_TEXTS = {"id", "type", "title", "container-title", "publisher", "number", "DOI", "URL", "note"}
CSL_NAME_PARTS = {"family", "given", "non-dropping-particle", "suffix", "literal"}


def test_every_item_is_one_of_csl(example_site: Site) -> None:
    for paper in example_site.papers:
        item = citations.csl(example_site, paper)
        assert item["type"] in CSL_TYPES
        assert set(item) <= CSL_TEXTS | {"author", "issued"}
        assert all(isinstance(item[name], str) for name in set(item) & CSL_TEXTS)
        names = item.get("author", [])
        assert isinstance(names, list)
        assert all(set(name) <= CSL_NAME_PARTS for name in names)


def test_what_is_given_out_can_be_taken_in_again(example_site: Site) -> None:
    for paper in example_site.papers:
        [from_ris] = ris_reader.read(citations.ris(example_site, paper), "export.ris")
        [from_csl] = csl_reader.read(json.dumps([citations.csl(example_site, paper)]), "export.json")
        for found in (from_ris, from_csl):
            assert (found.doi, found.arxiv) == (paper.doi, paper.arxiv)
            if paper.id != "hostile":
                assert [author.name for author in found.authors] == [author.name for author in paper.authors]
