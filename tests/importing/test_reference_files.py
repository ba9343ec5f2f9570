import json

import pytest

from paper_digest.importing.found import Found, SourceFailed
from paper_digest.importing.mending import mended
from paper_digest.importing.report import Losses
from paper_digest.importing.sources import bibtex, csl, ris
from paper_digest.words import latex
from tests.apis import canned

LANTERN = "10.5555/digest.2026.17"


def names(paper: Found) -> list[str]:
    return [author.name for author in mended(paper).authors]


def told(losses: Losses) -> list[str]:
    return [str(loss) for loss in losses.told]


# ---- BibTeX ----------------------------------------------------------------------------------------------------------


def bib(fields: str, kind: str = "article") -> Found:
    """The paper of an entry with a title and the given fields."""
    [paper] = bibtex.read(f"@{kind}{{key, title = {{A title}}, {fields}}}", "refs.bib")
    return paper


def test_an_entry_is_told_with_its_latex_as_letters() -> None:
    paper = bibtex.read(canned("refs.bib"), "refs.bib")[0]
    assert (paper.source, paper.line) == ("line 3 of refs.bib", 3)
    assert paper.title == "LanternNet: Reading $k_x$-space, Étude in ä Lantern & a Map"
    assert names(paper) == [
        "Ada Ångström",
        "Cy van der Example Jr.",
        "Plato",
        "The Lantern Consortium and Friends",
        "王小明",
    ]
    assert paper.abstract == "It is 43.8% dark, and costs $5. Q&A follow."
    assert (paper.doi, paper.venue, paper.year) == (
        "10.5555/digest_2026.17",
        "Journal of Imaginary Imaging, Series B",
        2026,
    )
    assert str(paper.published) == "2026-11-15"
    assert paper.links == {
        "page": "https://journal.example/~lantern/17?a=1&b=2",
        "code": "https://github.com/example/lantern_net",
    }


def test_sound_entries_are_kept_and_broken_ones_told_by_line() -> None:
    losses = Losses()
    papers = bibtex.read(canned("refs.bib"), "refs.bib", losses)
    assert [(paper.line, paper.title) for paper in papers[1:]] == [
        (16, "Only a Preprint"),
        (20, "From DBLP"),
        (22, "In BibLaTeX"),
        (26, "First of two"),
        (27, "The same key"),
    ]
    assert told(losses) == [
        "line 24 of refs.bib: the entry `broken` is broken: a brace of its field `title` is not closed",
        "line 26 of refs.bib: title: stands twice, with “Second of two” the second time",
        "line 28 of refs.bib: the entry `untitled` has no title; it was passed over",
    ]


@pytest.mark.parametrize(
    ("fields", "arxiv_id"),
    [
        ("eprint = {2611.01234}, archiveprefix = {arXiv}", "2611.01234"),
        ("eprint = {arXiv:2611.01234v2 [cs.CV]}", "2611.01234"),
        ("eprint = {hep-th/9901001}, eprinttype = {arxiv}", "hep-th/9901001"),
        ("eprint = {2611.01234}, eprinttype = {pubmed}", None),
        ("journal = {arXiv preprint arXiv:2611.01234}", "2611.01234"),
        ("journal = {ArXiv}, volume = {abs/2611.01234}", "2611.01234"),
        ("journal = {CoRR}, volume = {abs/2611.01234}", "2611.01234"),
        ("url = {https://arxiv.org/abs/2611.01234v3}", "2611.01234"),
        ("doi = {10.48550/arXiv.2611.01234}", "2611.01234"),
        ("journal = {Corrections}, volume = {2611.01234}", None),
        ("url = {https://arxiv.org.example/abs/2611.01234}", None),
    ],
)
def test_an_arxiv_id_is_found_wherever_it_is_written(fields: str, arxiv_id: str | None) -> None:
    paper = bib(f"{fields}, year = 2027")
    assert (paper.arxiv, paper.doi) == (arxiv_id, None)
    assert str(paper.published) == ("2026-11" if arxiv_id == "2611.01234" else "2027"), "an id tells when it was given"
    assert paper.venue == ("Corrections" if "Corrections" in fields else None), "a preprint server is no venue"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Lovelace, Ada", ["Ada Lovelace"]),
        ("Ada Lovelace", ["Ada Lovelace"]),
        ("King, Jr, Martin Luther", ["Martin Luther King Jr"]),
        ("van der Berg, Ann and Ludwig van Beethoven", ["Ann van der Berg", "Ludwig van Beethoven"]),
        ("{World Health Organization}", ["World Health Organization"]),
        ("{Barnes and Noble} and Plato", ["Barnes and Noble", "Plato"]),
        ("Ada Lovelace and others", ["Ada Lovelace"]),
        ("others", []),
        (r"{\'E}mile Zola and Erd{\H o}s, P\'al and \v{C}apek, Karel", ["Émile Zola", "Pál Erdős", "Karel Čapek"]),
        (r"{\O}rsted, Hans and Stra\ss{}e, A and {\L}ukasiewicz, Jan", ["Hans Ørsted", "A Straße", "Jan Łukasiewicz"]),
        ("王小明 and Иванов, Иван and محمد", ["王小明", "Иван Иванов", "محمد"]),
        ("O'Neil, Tip and Knuth, Donald~E.", ["Tip O'Neil", "Donald E. Knuth"]),
        ("Lovelace, Ada, , Countess, extra", None),
        (" and and , and ,", None),
        ("", []),
    ],
)
def test_names_are_printed_first_name_first(written: str, printed: list[str] | None) -> None:
    paper = bib(f"author = {{{written}}}") if written.count("{") == written.count("}") else bib(f'author = "{written}"')
    if printed is not None:
        assert names(paper) == printed


def test_an_entry_whose_braces_do_not_fit_together_is_told_and_costs_no_other() -> None:
    losses = Losses()
    text = '@article{a, title={A}, author="{unclosed and Plato"}\n@article{b, title={B}}'
    assert [paper.title for paper in bibtex.read(text, "refs.bib", losses)] == ["B"]
    assert told(losses) == [
        "line 1 of refs.bib: the entry `a` is broken: the quotes of its field `author` are not closed"
    ]


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        ("year = 2026", "2026"),
        ("year = {2026}, month = nov", "2026-11"),
        ("year = {2026}, month = {November}", "2026-11"),
        ("year = {2026}, month = 11", "2026-11"),
        ('year = "2026", month = "15~" # nov', "2026-11-15"),
        ("year = {2026}, month = {13}", "2026"),
        ("year = {2026}, month = {Michaelmas}", "2026"),
        ("date = {2026-11-15}", "2026-11-15"),
        ("date = {2026-11/2026-12}", "2026-11"),
        ("date = {soon}, year = {2026}", "2026"),
        ("year = {in press}", "None"),
        ("year = {0000}", "None"),
    ],
)
def test_dates_are_as_exact_as_they_are_written(fields: str, published: str) -> None:
    assert str(bib(fields).published) == published


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Plain text", "Plain text"),
        ("{{Double}} {B}races", "Double Braces"),
        (r"\textbf{Bold} and \emph{more}", "Bold and more"),
        ("Quotes ``here'' -- and --- there", "Quotes “here” – and — there"),
        (r"50\% of Q\&A, 50% of R&D", "50% of Q&A, 50% of R&D"),
        (r"Math $x_{i}^2$ and \(y\)", "Math $x_{i}^2$ and $y$"),
        (r"See \url{https://a.example/x_y} or \href{https://b.example}{there}", None),
        ("~ https://a.example/~ann", "  https://a.example/~ann"),
        (r"\input{/etc/passwd}", ""),
        (r"\def\x{\x\x}\x", None),
        ("{" * 5_000, ""),
        ("$" * 999 + "\\", None),
    ],
)
def test_latex_becomes_text(written: str, text: str | None) -> None:
    if text is not None:
        assert latex.plain(written) == text
    else:
        latex.plain(written)  # whatever it gives, it is no error


def test_what_is_ill_formed_in_an_entry_is_left_out() -> None:
    paper = bib(
        'doi = {10.1/"x"}, url = {javascript:alert(1)}, pdf = {file:///etc/passwd}, video = {x y}, author = { }'
    )
    assert (paper.doi, paper.links, paper.authors) == (None, {}, ())


def test_an_address_of_a_doi_a_pdf_or_code_is_known_for_what_it_is() -> None:
    assert bib(f"url = {{https://doi.org/{LANTERN}}}").doi == LANTERN
    assert bib("url = {https://a.example/x.pdf}").links == {"pdf": "https://a.example/x.pdf"}
    assert bib("url = {https://github.com/a/b}").links == {"code": "https://github.com/a/b"}


def test_names_of_strings_are_replaced_wherever_they_stand() -> None:
    strings = '@string{a = "Proceedings" # { of }}@STRING{b = {Things}}'
    [paper] = bibtex.read(f"{strings}@inproceedings{{x, title = B, booktitle = A # b # {{ 2026}}}}", "refs.bib")
    assert (paper.title, paper.venue) == ("Things", "Proceedings of Things 2026")


@pytest.mark.parametrize(
    "text",
    ["", "no BibTeX at all", "@", "@article", "@article{", "@string{x}", "@comment{x}", "@@@{{{", "%" * 9_999, "\x00"],
)
def test_a_file_without_entries_holds_nothing(text: str) -> None:
    assert bibtex.read(text, "refs.bib") == []


def test_five_thousand_authors_are_kept() -> None:
    written = " and ".join(f"Author, Number {number}" for number in range(5_000))
    assert len(bib(f"author = {{{written}}}").authors) == 5_000


# ---- RIS -------------------------------------------------------------------------------------------------------------


def test_a_record_is_told() -> None:
    paper = ris.read(canned("refs.ris"), "refs.ris")[0]
    assert (paper.source, paper.line) == ("line 1 of refs.ris", 1)
    assert paper.title == "LanternNet: Reading k-space with a Lantern"
    assert names(paper) == ["Ada Ångström", "Cy van der Example Jr.", "Plato", "王小明"]
    assert (paper.abstract, paper.doi) == ("We read; we see.", LANTERN)
    assert (paper.venue, paper.year, str(paper.published)) == ("Journal of Imaginary Imaging", 2026, "2026-11-15")
    assert paper.links == {
        "page": "https://journal.example/17;jsessionid=1",
        "pdf": "https://journal.example/17.pdf",
    }


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_other_spellings_of_tags_and_lines_are_read_and_broken_records_told(newline: str) -> None:
    losses = Losses()
    papers = ris.read(canned("refs.ris").replace("\n", newline), "refs.ris", losses)
    assert [(paper.line, paper.title, paper.venue) for paper in papers[1:]] == [
        (17, "A Paper in a Book", "Proceedings of Engines"),
        (30, "Without an End", None),
    ]
    assert (papers[1].arxiv, names(papers[1]), papers[1].abstract) == ("2611.01234", ["Ada Lovelace"], "Of engines.")
    assert [loss.where for loss in losses.told] == ["line 26 of refs.ris", "line 30 of refs.ris"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no RIS",
        "TY  - JOUR",
        "TY  -\nER  -",
        "ER  -\nTI  - x",
        "TY  - JOUR\n  x\nER  -",
        "TY  - \x00\nTI  - \nER  - ",
        "TY  - JOUR\nTY, torn\nmore of it\nER  - ",
    ],
)
def test_a_file_without_records_holds_nothing(text: str) -> None:
    assert ris.read(text, "refs.ris") == []


def test_what_stands_between_records_spoils_none() -> None:
    record = "TY  - JOUR\nTI  - A title\nER  - \n"
    papers = ris.read(f"Exported today\n{record}TY, torn\nmore of it\nTI  - x\n{record}", "refs.ris")
    assert [(paper.line, paper.title) for paper in papers] == [(2, "A title"), (8, "A title")]


@pytest.mark.parametrize(("date", "published"), [("2026/11/15/", "2026-11-15"), ("2026//", "2026"), ("soon", "None")])
def test_dates_of_records_are_as_exact_as_they_are_written(date: str, published: str) -> None:
    [paper] = ris.read(f"TY  - JOUR\nTI  - A title\nPY  - {date}\nER  - \n", "refs.ris")
    assert str(paper.published) == published


def test_what_is_ill_formed_in_a_record_is_left_out() -> None:
    record = (
        "TY  - JOUR\nTI  - A title\nDO  - none\nUR  - javascript:alert(1)\nL1  - x\nAU  - ,\nQQ  - unknown\nER  - \n"
    )
    [paper] = ris.read(record, "refs.ris")
    assert (paper.doi, paper.links, paper.authors) == (None, {}, ())


# ---- CSL-JSON --------------------------------------------------------------------------------------------------------


def test_an_item_is_told() -> None:
    paper = csl.read(canned("refs.json"), "refs.json")[0]
    assert paper.source == "entry 1 of refs.json"
    assert [(author.name, author.orcid) for author in paper.authors] == [
        ("Ada Ångström", "0000-0002-1825-0097"),
        ("Cy van der Example Jr.", None),
        ("The Lantern Consortium", None),
        ("王小明", None),
    ]
    assert (paper.doi, paper.venue, paper.year) == (LANTERN, "Journal of Imaginary Imaging", 2026)
    assert (str(paper.published), paper.links) == ("2026-11-15", {"page": "https://journal.example/17"})


def test_a_preprint_has_its_arxiv_id_and_items_without_a_title_are_told() -> None:
    losses = Losses()
    papers = csl.read(canned("refs.json"), "refs.json", losses)
    assert [(paper.arxiv, paper.doi, paper.venue) for paper in papers[1:]] == [("2611.01234", None, None)]
    assert told(losses) == ["entry 3 of refs.json: the item has no title; it was passed over"]


@pytest.mark.parametrize(
    "wrapped", ['{"title": "A title"}', '[{"title": ["A title"]}]', '{"items": [{"title": "A title"}]}']
)
def test_one_item_a_list_and_a_list_of_items_are_read(wrapped: str) -> None:
    assert [paper.title for paper in csl.read(wrapped, "refs.json")] == ["A title"]


@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], [[]], [{}], {"date-parts": [[None]]}, {"raw": 7}, True])
def test_parts_of_an_item_that_are_ill_formed_are_left_out(junk: object) -> None:
    item = dict.fromkeys(["author", "issued", "DOI", "URL"], junk) | {"title": "A title", "container-title": [junk]}
    [paper] = csl.read(json.dumps(item), "refs.json")
    assert (paper.authors, paper.published, paper.doi, paper.links) == ((), None, None, {})


@pytest.mark.parametrize("text", ["[]", "{}", "7", "null", '"x"', "[[[]]]"])
def test_json_without_items_holds_nothing(text: str) -> None:
    assert csl.read(text, "refs.json") == []


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "@article{x}", "9" * 5_000])
def test_what_is_no_json_is_told(text: str) -> None:
    with pytest.raises(SourceFailed, match=r"^refs\.json is no JSON: export it again, as CSL-JSON$"):
        csl.read(text, "refs.json")
