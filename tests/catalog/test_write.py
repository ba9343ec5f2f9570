import yaml
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.records import Paper, record_data
from paper_digest.catalog.source import parse_source, plain
from paper_digest.editing import style
from paper_digest.editing.style import key_yaml, paper_yaml
from paper_digest.words.signs import FORBIDDEN

FULL = {
    "id": "full",
    "title": "A: title, with [signs] & more",
    "authors": ["Ada Lovelace", {"name": "Plato", "orcid": "0000-0002-1825-0097"}],
    "abstract": "One paragraph.\n\nAnother: with # signs and a very long line " + "that goes on and on " * 20,
    "summary": {"text": "It says: much.", "by": "human"},
    "categories": ["vision", "language"],
    "tags": ["mri"],
    "added": "2026-11-20",
    "updated": "2026-11-22",
    "published": "2024-10",
    "arxiv": "2410.00010",
    "doi": "10.1000/x",
    "venue": {"name": "ICLR", "year": 2025},
    "links": {"code": "https://a.example/x?y=1#z", "pdf": "https://a.example/p.pdf"},
    "status": "corrected",
    "news": [{"date": "2026-11-22", "kind": "published", "text": "Now: out.", "url": "https://a.example"}],
    "aliases": ["old"],
}


def read_back(text: str, paper_id: str) -> Paper:
    values = plain(parse_source(text.encode(), "paper.yaml").root)
    assert isinstance(values, dict)
    return Paper.model_validate({"id": paper_id, **values})


def test_a_paper_with_everything_survives_being_written_and_read() -> None:
    paper = Paper.model_validate(FULL)
    assert read_back(paper_yaml(paper), "full") == paper


def test_writing_what_was_read_gives_the_same_bytes() -> None:
    text = paper_yaml(Paper.model_validate(FULL))
    assert paper_yaml(read_back(text, "full")) == text


def test_what_is_unknown_is_not_written() -> None:
    paper = Paper.model_validate({"id": "p", "title": "T", "abstract": "A"})
    assert record_data(paper) == {"id": "p", "title": "T", "abstract": "A"}


def test_an_arxiv_id_is_written_in_quotes_and_dates_without() -> None:
    lines = paper_yaml(Paper.model_validate(FULL)).splitlines()
    assert 'arxiv: "2410.00010"' in lines
    assert "added: 2026-11-20" in lines
    assert "published: 2024-10" in lines


printable = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs"])
)


@given(printable.filter(bool), st.lists(printable.filter(bool), min_size=1, max_size=40))
def test_any_printable_title_and_abstract_survive(title: str, words: list[str]) -> None:
    paper = Paper.model_validate({"id": "p", "title": title, "abstract": " ".join(words), "authors": words})
    assert read_back(paper_yaml(paper), "p") == paper


@given(st.sampled_from(["abstract", "authors", "tags", "doi"]), st.text(st.characters(codec="utf-8"), max_size=240))
def test_what_is_written_quickly_is_written_to_the_letter(name: str, text: str) -> None:
    """Two writers of one library, in C and in Python: a file must not depend on which of them is asked."""
    words = " ".join(FORBIDDEN.sub("", text).replace("\x85", "").split()) or "x"
    value = [words[:40], "Plato"] if name in {"authors", "tags"} else words
    slow = yaml.dump({name: style._styled(name, value)}, Dumper=style._Dumper, allow_unicode=True, width=style.WIDTH)
    if all(letter <= "\uffff" for letter in words):
        assert key_yaml(Paper, name, value) == slow
