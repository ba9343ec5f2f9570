"""Whatever stands in names, dates, LaTeX and files: no exception, no lost letter, no file refused for one entry."""

from __future__ import annotations

import json
import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from paper_digest.importing import dates, names
from paper_digest.importing.mending import mended
from paper_digest.importing.report import Losses
from paper_digest.importing.sources import bibtex, csl, ris
from paper_digest.words import latex, leftovers, markup

letters = st.characters(categories=["Lu", "Ll", "Lo"], min_codepoint=0x41, max_codepoint=0x24F)
word = st.text(letters, min_size=2, max_size=9).map(lambda found: unicodedata.normalize("NFC", found))
given_name = st.lists(word, min_size=1, max_size=2).map(" ".join)
person = st.tuples(given_name, word)
accents = st.sampled_from(
    ["\\'{%s}", '\\"%s', "{\\`%s}", "\\^{%s}", "\\~%s", "\\v{%s}", "{\\c %s}", "\\H %s", "\\u{%s}"]
)
pieces = st.sampled_from(
    (
        r"{ } \ $ \( \) \[ \] ~ -- `` '' \emph{ \textbf{ \' \c \v{ \H \LaTeX \alpha \foo \cite{ \href{ \url{ % # & "
        r"\verb _ ^ \ifmmode \else \fi \textsuperscript{ \ensuremath{ \begin{x} \end{x} <sup> </sup> &amp; <"
    ).split()
)
any_latex = st.lists(pieces | st.text("abZé 1.,;:\n", max_size=5), max_size=25).map("".join)
any_text = st.text(max_size=60)


def bare(text: str) -> str:
    """The letters and digits of a text."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text) if sign.isalnum())


# ---- names -----------------------------------------------------------------------------------------------------------


@given(st.lists(person, min_size=1, max_size=5), st.data())
def test_names_come_out_whole_however_they_are_written(people: list[tuple[str, str]], data: st.DataObject) -> None:
    turned = [data.draw(st.booleans()) for _ in people]
    written = [
        f"{family}, {given}" if is_turned else f"{given} {family}"
        for (given, family), is_turned in zip(people, turned, strict=True)
    ]
    found = bibtex.read(f"@misc{{k, title={{A}}, author={{{' and '.join(written)}}}}}", "refs.bib")
    printed = [author.name for author in mended(found[0]).authors]
    known = {"others", "and"} | {part.casefold() for part in ("jr", "sr", "ii", "iii", "iv", "vi", "vii", "viii")}
    if not any(part.casefold() in known for one in people for name in one for part in name.split()):
        assert printed == [f"{given} {family}" for given, family in people]


@given(st.lists(any_text, max_size=4))
def test_no_text_in_the_place_of_a_name_is_an_error_or_lost_untold(written: list[str]) -> None:
    people = names.written(written)
    for author in people.authors:
        assert names.cleaned(author.name).strip() == names.cleaned(author.name)
    told = bare(" ".join([*(author.name for author in people.authors), *people.doubts, *people.lost]))
    for name in written:
        if re.fullmatch(r"[^\W\d_]{2,}", name) and not names.others(name):
            assert bare(name) in told


# ---- dates -----------------------------------------------------------------------------------------------------------

_FORMS = (
    "{year}-{month:02}-{day:02}",
    "{year}/{month}/{day}",
    "{day} {name} {year}",
    "{name} {day}, {year}",
    "{year} {short} {day}",
    "{day}. {month}. {year}",
    "{year}/{name}/{day}",
)
_NAMES = "January February March April May June July August September October November December".split()


@given(st.integers(1500, 2099), st.integers(1, 12), st.integers(1, 28), st.sampled_from(_FORMS))
def test_a_date_is_read_as_it_is_meant(year: int, month: int, day: int, form: str) -> None:
    name = _NAMES[month - 1]
    said = dates.read(form.format(year=year, month=month, day=day, name=name, short=name[:3]))
    assert said is not None
    assert (str(said.date), said.sure) == (f"{year}-{month:02}-{day:02}", True)


@given(any_text | st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}", fullmatch=True))
def test_no_date_says_more_than_what_is_written(written: str) -> None:
    if said := dates.read(written):
        assert str(said.date.year) in written
        assert said.date.day is None or str(said.date.day) in written
    dates.month(written)


# ---- LaTeX and markup ------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(accents, st.sampled_from("aceilnorsuyzAEOU")) | word, min_size=1, max_size=12))
def test_an_accent_is_put_on_its_letter_and_no_letter_is_lost(parts: list[tuple[str, str] | str]) -> None:
    written = " ".join(part if isinstance(part, str) else part[0] % part[1] for part in parts)
    meant = "".join(part if isinstance(part, str) else part[1] for part in parts)
    plain = unicodedata.normalize("NFD", latex.plain(written))
    assert bare("".join(sign for sign in plain if not unicodedata.combining(sign))) == bare(
        "".join(sign for sign in unicodedata.normalize("NFD", meant) if not unicodedata.combining(sign))
    )


@given(any_latex)
def test_no_latex_whatever_is_an_error_and_words_stay(written: str) -> None:
    for read in (latex.plain, latex.address, latex.of_piece, markup.text):
        assert isinstance(read(written), str)
    list(leftovers.find(written))
    leftovers.mend(written)


_AROUND = st.sampled_from(["{%s}", "\\emph{%s}", "{\\it %s}", "\\mbox{%s}", "<i>%s</i>", "{{%s}}"])


@given(st.lists(word, min_size=1, max_size=8), _AROUND)
def test_words_in_groups_and_tags_come_out_as_words(words: list[str], around: str) -> None:
    written = " ".join(around % each for each in words)
    assert leftovers.mend(latex.plain(written))[0] == " ".join(words)


# ---- files -----------------------------------------------------------------------------------------------------------

GOOD = {
    "bib": "\n@article{good, title={A good title}, author={Ann Bee}, doi={10.5555/good}}\n",
    "ris": "\nTY  - JOUR\nTI  - A good title\nAU  - Bee, Ann\nDO  - 10.5555/good\nER  - \n",
}
_torn = st.text('@{}"=,#\\%ab \n', max_size=60) | st.just("@article{x, title={A") | st.just('@article{y, title="B')


@given(_torn)
def test_a_torn_entry_costs_no_good_one(torn: str) -> None:
    losses = Losses()
    first, last = GOOD["bib"].replace("good", "first"), GOOD["bib"]
    found = bibtex.read(f"{first}@misc{{z, title={{Z}}, note={{{torn}\n{last}", "refs.bib", losses)
    assert found[0].doi == "10.5555/first"
    assert len(found) > 1 or losses.told, "what is not read is told"


@given(any_text)
def test_any_text_before_a_record_costs_it_nothing(text: str) -> None:
    before = re.sub(r"(?im)^\s*ty\b", "x", text)
    assert [paper.doi for paper in ris.read(f"{before}{GOOD['ris']}", "refs.ris")] == ["10.5555/good"]


_any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
_keys = st.sampled_from(
    "title author issued DOI URL abstract note container-title editor creators number type PMID".split()
)


@given(st.dictionaries(_keys, _any_json))
def test_any_item_of_json_costs_no_good_one(item: dict[str, object]) -> None:
    good = {"title": "A good title", "DOI": "10.5555/good"}
    found = csl.read(json.dumps([item, good]), "refs.json")
    assert found[-1].doi == "10.5555/good"
    for paper in found:
        mended(paper)
