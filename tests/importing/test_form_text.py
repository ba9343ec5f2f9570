"""The text of an issue taken apart: as GitHub writes it of the forms, and as people edit it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from paper_digest.curating import form_text
from paper_digest.curating.form_text import (
    ABSTRACT,
    ADDITION,
    AUTHORS,
    CATEGORY,
    CORRECTION,
    LINK,
    PAPER,
    PROOF,
    RIGHT,
    SUMMARY,
    TAGS,
    TITLE,
    WHAT,
    read,
)
from paper_digest.importing.found import NothingAdded
from tests.issue_forms import edited_on_the_web, fields, rendered

ADDED = {
    "link": LINK,
    "category": CATEGORY,
    "tags": TAGS,
    "summary": SUMMARY,
    "paper_title": TITLE,
    "authors": AUTHORS,
    "abstract": ABSTRACT,
}
CORRECTED = {"paper": PAPER, "what": WHAT, "right": RIGHT, "proof": PROOF}
PASTED = "### Title\n\nAnother\n\n### Authors\n\nSomebody\n\n### Abstract\n\nIt says more."


def added(**answers: str) -> dict[str, str]:
    """The answers that are read of the form for a paper."""
    filled = read(rendered("add-paper", **answers))
    assert filled.form is ADDITION
    assert filled.unread == ()
    return dict(filled.answers)


def expected(**answers: str) -> dict[str, str]:
    return {ADDED[name]: answer for name, answer in {"category": "Not sure", **answers}.items()}


def told(body: str) -> str:
    with pytest.raises(NothingAdded) as refused:
        read(body)
    return str(refused.value)


# ---- the forms and what reads them -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "read_as"), [("add-paper", ADDITION), ("correct-paper", CORRECTION)])
def test_one_line_is_expected_where_a_form_has_room_for_one(form: str, read_as: form_text.Form) -> None:
    assert {each["attributes"]["label"] for each in fields(form) if each["type"] != "textarea"} == read_as.lines


# ---- as GitHub writes it ---------------------------------------------------------------------------------------------

WHOLE = {
    "link": "2410.13085",
    "category": "Segmentation (segmentation)",
    "tags": "mri, rlhf",
    "summary": "It says something\nin one sentence.",
    "paper_title": "A title",
    "authors": "Ada Lovelace\nPlato",
    "abstract": "It says something.\n\nTwice.",
}


@pytest.mark.parametrize(
    "left_out", [(), *[(name,) for name in WHOLE], ("link", "tags"), tuple(WHOLE), tuple(WHOLE)[1:]]
)
def test_each_answer_is_found_below_its_question_whatever_is_left_out(left_out: tuple[str, ...]) -> None:
    answers = {name: answer for name, answer in WHOLE.items() if name not in left_out}
    assert added(**answers) == expected(**answers)


def test_a_correction_is_read_by_its_own_questions() -> None:
    answers = {"paper": "a-paper", "what": "Abstract", "right": "One.\n\n### Methods\n\nTwo.", "proof": "A page."}
    filled = read(rendered("correct-paper", **answers))
    assert filled.form is CORRECTION
    assert filled.answers == {CORRECTED[name]: answer for name, answer in answers.items()}


@pytest.mark.parametrize(
    "change",
    [
        edited_on_the_web,
        lambda body: body.replace("\n", "\r"),
        lambda body: re.sub("$", " \t", body, flags=re.MULTILINE),
        lambda body: f"\n\n{body}\n\n\n",
        lambda body: body.replace("Ada Lovelace\n", "Ada Lovelace\r\n"),
        lambda body: body.replace("\n\n", "\n\n\n"),
    ],
)
def test_line_ends_and_white_space_change_nothing(change: Callable[[str], str]) -> None:
    read_again = read(change(rendered("add-paper", **WHOLE))).answers
    assert {question: answer.split() for question, answer in read_again.items()} == {
        question: answer.split() for question, answer in expected(**WHOLE).items()
    }


@pytest.mark.parametrize("between", ["\x85", "\u2028", "\u2029"])
def test_nothing_but_a_line_end_begins_a_line(between: str) -> None:
    body = rendered("add-paper", link="2410.13085").replace("Not sure", f"Not sure{between}### Title{between}x")
    assert TITLE not in read(body).answers


@pytest.mark.parametrize(
    "abstract",
    [
        "First.\n\n### Methods\n\nSecond.",
        "First.\n\n### Title\n\nSecond.",
        "First.\n\n### Authors\n\nSecond.",
        "First.\n\n### Abstract\n\nSecond.",
        "### Abstract\n\nIt begins so.",
        "First.\n\n### Link or id\n\n2611.01234\n\n### Category\n\nNone",
        "First.\n### Abstract\nSecond.",
        "First.\n\n### What is wrong?\n\nTitle\n\n### Paper\n\nplain",
        f"First.\n\n```\n{PASTED}\n```\n\nSecond.",
        f"First.\n\n~~~~ text\n{PASTED}\n\n~~~\n\n```\n~~~~~\n\nSecond.",
        "First, of a block that never ends.\n\n```\n### Title\n\nSecond.",
    ],
)
def test_a_heading_in_an_answer_is_a_part_of_it(abstract: str) -> None:
    assert added(**{**WHOLE, "abstract": abstract}) == expected(**{**WHOLE, "abstract": abstract})


@pytest.mark.parametrize("heading", ["### Methods", "### Title", "### Abstract", "### One sentence", "### Tags"])
def test_a_heading_in_the_sentence_moves_nothing(heading: str) -> None:
    answers = {**WHOLE, "summary": f"First.\n\n{heading}\n\nSecond."}
    assert added(**answers) == expected(**answers)


def test_a_whole_form_pasted_below_an_empty_answer_is_no_second_one() -> None:
    answers = {**WHOLE, "abstract": f"Of their page:\n\n{PASTED}"}
    del answers["summary"]
    assert added(**answers) == expected(**answers)


def test_a_block_of_code_in_an_answer_hides_no_question_below_it() -> None:
    answers = {**WHOLE, "summary": "```", "abstract": "```\nIt says\n```"}
    assert added(**answers) == expected(**answers)


def test_what_could_be_read_in_two_ways_is_told_and_not_guessed() -> None:
    reasons = told(rendered("add-paper", **{**WHOLE, "abstract": f"First.\n\n{PASTED}"}))
    assert "“### Title” stands here more than once, and it cannot be told which is the form's" in reasons
    assert "write it as “#### Title”" in reasons
    assert "“### Where is that said?” stands here more than once" in told(
        rendered("correct-paper", paper="a", what="Abstract", right="One.\n\n### Where is that said?\n\nTwo.")
    )


def test_a_block_of_code_that_runs_over_a_question_decides_nothing() -> None:
    answers = {**WHOLE, "summary": "```", "abstract": f"First.\n\n```\n\n{PASTED}\n\n```"}
    assert "more than once" in told(rendered("add-paper", **answers))


def test_a_title_like_a_heading_is_a_title() -> None:
    assert added(paper_title="### A title")[TITLE] == "### A title"
    assert "“### Title” stands here more than once" in told(rendered("add-paper", paper_title="### Title"))


LABELS = [*ADDITION.questions, *CORRECTION.questions, "Methods"]
LINES = some.sampled_from(
    ["Words.", "#", "## Title", "#### Title", "> ### Title", "- x", "", *(f"### {each}" for each in LABELS)]
)
BLOCKS = some.one_of(
    LINES,
    some.lists(LINES, min_size=1, max_size=3).map("\n".join),
    some.lists(LINES, max_size=9).map(lambda lines: "\n".join(["```", *lines, "```"])),
    some.just(PASTED),
    some.just(PASTED.replace("\n\n", "\n")),
)
TEXTS = some.lists(BLOCKS, max_size=5).map("\n\n".join)
ONE_LINE = some.sampled_from(["", "Words", "### Words", "# 1", "`", "Title"])


@settings(max_examples=150)
@given(summary=TEXTS, abstract=TEXTS, title=ONE_LINE, authors=some.sampled_from(["", "Ada\n\nPlato", "Ada, Plato"]))
def test_no_answer_of_a_paper_is_ever_cut_or_moved_in_silence(
    summary: str, abstract: str, title: str, authors: str
) -> None:
    answers = {"summary": summary, "abstract": abstract, "paper_title": title, "authors": authors}
    try:
        filled = read(rendered("add-paper", **answers))
    except NothingAdded as doubt:
        assert "cannot be told" in str(doubt)  # noqa: PT017 - both ends are right
    else:
        given = {name: answer.strip() for name, answer in answers.items() if answer.strip()}
        assert filled.answers == expected(**given)


@settings(max_examples=80)
@given(right=TEXTS, proof=TEXTS)
def test_no_answer_of_a_correction_is_ever_cut_or_moved_in_silence(right: str, proof: str) -> None:
    try:
        filled = read(rendered("correct-paper", paper="a", what="Title", right=f"It.\n{right}", proof=proof))
    except NothingAdded as doubt:
        assert "cannot be told" in str(doubt)  # noqa: PT017 - both ends are right
    else:
        assert filled.answers[RIGHT] == f"It.\n{right}".strip()
        assert filled.answers.get(PROOF, "") == proof.strip()


# ---- as somebody edited it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("### Abstract\nIt says.\n### Title\nA title\n", {ABSTRACT: "It says.", TITLE: "A title"}),
        ("Please, add this.\n\n### Link or id\n\n2410.13085", {LINK: "2410.13085"}),
        ("### Tags\n\n### Link or id\n\n2410.13085\n", {LINK: "2410.13085"}),
        (
            "### Link or id\n\n2410.13085\n\n### Title\n\n_No response_\n\nA title",
            {LINK: "2410.13085", TITLE: "A title"},
        ),
        ("### Title\n\nA title\n\n_No response_", {TITLE: "A title"}),
        ("### Title\n\nA\n\n### Abstract\n\nB\n\n### Methods\n\nC", {TITLE: "A", ABSTRACT: "B\n\n### Methods\n\nC"}),
        ("### Title\n\nA\n\n### Abstract\n\n```\n### Title\n```", {TITLE: "A", ABSTRACT: "```\n### Title\n```"}),
        ("### What is wrong?\n\nTitle\n### Paper\nplain", {WHAT: "Title", PAPER: "plain"}),
    ],
)
def test_questions_are_found_in_any_order_with_some_left_out(body: str, answers: dict[str, str]) -> None:
    assert read(body).answers == answers
    assert read(edited_on_the_web(body)).answers == answers


def test_a_question_that_we_do_not_ask_ends_an_answer_and_is_told() -> None:
    """A digest may have added one to its form."""
    filled = read(
        rendered("add-paper", link="2410.13085").replace("### Category", "### Why?\n\nIt is new.\n\n### Category")
    )
    assert filled.answers == expected(link="2410.13085")
    assert filled.unread == ("Why?",)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "this is neither of the forms"),
        (" \r\n\r\n", "this is neither of the forms"),
        ("Please add https://arxiv.org/abs/2410.13085", "this is neither of the forms"),
        ("## Title\n\nA title", "this is neither of the forms"),
        ("###\n\n### \n", "this is neither of the forms"),
        (
            "### Description\n\nIt broke.\n\n### Version\n\n1.2",
            "write a heading “### Link or id” and the link below it",
        ),
        ("### Tags\n\nmri\n\n### Tags\n\nrlhf", "“### Tags” stands here more than once"),
        ("### Abstract\n\nOne.\n\n### Title\n\nA\n\n### Abstract\n\nTwo.", "“### Abstract” stands here more than once"),
        ("### Title\n\nA\n\n```\n### Abstract\n```\n", "“### Abstract” stands in a block of code"),
        ("### Paper\n\nplain\n\n### Link or id\n\n2410.13085", "“### Link or id” and “### Paper”"),
    ],
)
def test_what_is_not_certain_is_told(body: str, reason: str) -> None:
    assert reason in told(body)
    assert reason in told(edited_on_the_web(body))


# ---- what nobody should have written ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sign", ["\0", "\x0e", "\x1b", "\x7f", "\x9f", chr(0xD800), "\ufeff", "\ufffd", "\u202e", "\uffff"]
)
def test_a_sign_that_cannot_be_read_is_told_with_its_place(sign: str) -> None:
    reason = told(rendered("add-paper", link="2410.13085", abstract=f"It is very e{sign}cient."))
    assert reason == (
        f"the answer to “Abstract” holds a character that cannot be read (U+{ord(sign):04X}) after “It is very e”: "
        "type the words around it anew"
    )
    assert "at its beginning" in told(rendered("add-paper", link=f"{sign}2410.13085"))


@pytest.mark.parametrize(
    "repeated",
    ["### Title\n\n", "### Where is that said?\n\n", "```\n\n", "````\n\n### Abstract\n\n```\n\n", "### ",
     "_No response_\n", f"{PASTED}\n\n", f"```\n{PASTED}\n```\n\n", "\r", "### a" + 60 * " "],
)  # fmt: skip
def test_sixty_thousand_characters_are_read_or_told(repeated: str) -> None:
    many = repeated * (60_000 // len(repeated))
    for body in (many, rendered("add-paper", summary="One.", abstract=f"{many}\n\n```"),
                 rendered("correct-paper", paper="a", what="Title", right=f"```\n\n{many}\n\n```")):  # fmt: skip
        try:
            assert read(body).form in {ADDITION, CORRECTION}
        except NothingAdded as doubt:
            assert str(doubt)  # noqa: PT017 - both ends are right
