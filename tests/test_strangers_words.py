"""What strangers write, in comments that GitHub renders and in logs that it reads: it is shown, and does nothing.

Markdown is read by the parser that GitHub uses, HTML as browsers read it.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import cmarkgfm  # type: ignore[import-untyped]  # it brings no types
import html5lib
import pytest
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.curating import intake
from paper_digest.diff.markdown_form import _code, _piece
from paper_digest.diff.report import Page
from paper_digest.importing import verifying
from paper_digest.problems import Problem, Severity, SourceRef
from paper_digest.reports import as_github
from paper_digest.words import signs, text
from tests.apis import Apis
from tests.conftest import PAPER, MakeDigest
from tests.issue_forms import rendered as form_of
from tests.test_workflows import SCRIPTS, untrusted

PIECES = [
    "`", "``", "```", "````", "~~~", "\u202e", "\x7f", "\x80", "\x85", "\u200b", "\u2060", "\ufe0f", "\u00ad", "\x00",
    "\r", "\r\n", "\n", "\n\n", "\u2028", "\t", "    ", " ", "\\", "@octo", "@org/team", "&#64;octo", "&#0064;octo",
    "&#x40;octo", "&#X0040octo", "&commat;octo", "\uff20octo", "@\u200bocto", "a@b.example", "#12", "GH-12", "gh-7",
    "o/r#12", "&#35;12", "&num;12", "https://evil.example/x", "www.evil.example", "mailto:a@b.example", "<b>", "</b>",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/y.png)", "[x](https://a.b)",
    "[x]: https://a.b", "[x]", "<!--", "-->", "<a href='https://a.b'>", "# Title", "===", "---", "> ", "- ", "1. ",
    "| a |", "<details>", "</details>", "</pre></code>", "$x$", "$`x`$", ":smile:", "[^1]", "* ", "**", "_", "~~",
    "&lt;b&gt;", "&", "::error::x", "##[error]x", "x", "word", "e0f3b7ae0f3b7ae0f3b7ae0f3b7ae0f3b7ae0f3b7a", "W" * 70,
]  # fmt: skip
written = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
MENTION = re.compile(r"(?<![\w`])[@\uff20\ufe6b]\w")
REFERENCE = re.compile(r"(?<!&)#\d|\bgh-\d", re.IGNORECASE)
SCRIPT: ModuleType = untrusted()


def rendered(markdown: str) -> Any:
    """A comment as elements, raw HTML and all: GitHub drops some of it, but not what calls or leads somewhere."""
    made = cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)
    return html5lib.parseFragment(made, namespaceHTMLElements=False)


def outside_code(markdown: str) -> tuple[set[str], str]:
    """The names of the elements of a comment, and its text, without what stands in code."""
    tree = rendered(markdown)
    for code in [*tree.iter("code"), *tree.iter("pre")]:
        for inner in list(code):
            code.remove(inner)
        code.text = ""
    return {str(element.tag) for element in tree.iter() if element is not tree}, "".join(tree.itertext())


def stripped(words: str) -> str:
    """Without any sign that somebody may strip later: controls, and all that has no width."""
    return "".join(sign for sign in words if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf"})


# ---- answers to forms ------------------------------------------------------------------------------------------------


@given(st.lists(written, max_size=3))
def test_nothing_in_an_answer_leaves_its_block_of_code(lines: list[str]) -> None:
    answer = f"Thank you.\n\n{intake._code(lines)}"
    for each in (answer, stripped(answer)):
        elements, said = outside_code(f"{each}\nIt is proposed in #5.\n")
        assert elements == {"p", "pre"}
        assert said.split() == "Thank you. It is proposed in #5.".split()


@given(written)
def test_there_is_nothing_to_clean_in_an_answer_when_it_is_handed_on(words: str) -> None:
    answer = intake._code([words])
    assert "".join(sign for sign in answer if sign in "\n\t" or not SCRIPT._is_control(sign)) == answer


@pytest.mark.parametrize(
    "sign", ["\u202e", "\x7f", "\x80", "\r", "\x85", "\u2066", "\ufeff", "\x00", "\u200b", "\u2028"]
)
@pytest.mark.parametrize("asked", ["abstract", "right", "what", "paper", "category", "tags"])
def test_backticks_that_a_sign_parts_close_nothing(make_digest: MakeDigest, apis: Apis, sign: str, asked: str) -> None:
    root = make_digest({"content/papers/a-paper.yaml": PAPER})
    hostile = f"x\n`{sign}`{sign}`\n@octo [x](https://evil.example) <img src=x>\n"
    form, given = "add-paper", {"paper_title": "A title", "abstract": "It says so.", "category": "Vision (vision)"}
    if asked in {"right", "what", "paper"}:
        form, given = "correct-paper", {"paper": "a-paper", "what": "Abstract", "right": "Better."}
    body = form_of(form, **{**given, asked: "HERE"}).replace("HERE", hostile.strip())
    answer = intake.take_in(root, body, date(2026, 11, 25), apis.web()).answer
    for each in (answer, stripped(answer)):
        elements, said = outside_code(each)
        assert elements == {"p", "pre"}
        assert not MENTION.search(said)


@pytest.mark.parametrize("length", range(50, 70))
def test_a_topic_that_is_cut_is_one_line_of_the_answer(make_digest: MakeDigest, apis: Apis, length: int) -> None:
    root = make_digest({"content/papers/a-paper.yaml": PAPER})
    body = form_of("correct-paper", paper="a-paper", what="x" * length, right="x\n\n```\n@octo")
    answer = intake.take_in(root, body, date(2026, 11, 25), apis.web()).answer
    assert len(answer.splitlines()) == 5
    assert outside_code(answer)[0] == {"p", "pre"}


# ---- words and code in Markdown --------------------------------------------------------------------------------------


@given(written, st.integers(min_value=1, max_value=90))
def test_escaped_words_are_text_and_call_nobody_wherever_they_are_cut(words: str, limit: int) -> None:
    for around, known in (("- {}", {"ul", "li"}), ("> {}", {"blockquote", "p"}), ("**{}** x", {"p", "strong"})):
        elements, said = outside_code(around.format(text.github(words, limit)))
        assert elements <= {*known, "span"}
        assert not MENTION.search(said)
        assert not REFERENCE.search(said)
        assert not re.search(r"https?://|www\.\w|&(?:#|\w+;)", said) or "&" in words


@given(written)
def test_escaped_words_read_as_they_were_written_but_for_what_is_invisible(words: str) -> None:
    shown = outside_code(f"- {text.github(words)}")[1].replace("\u200b", "")
    assert shown.split() == text.shortened(" ".join(signs.cleaned(words).split()), 1000).replace("\u200b", "").split()


@given(written)
def test_a_code_span_holds_what_it_is_given(words: str) -> None:
    elements, said = outside_code(f"- before {_code(words)} after")
    assert elements == {"ul", "li", "code"}
    assert said.split() == ["before", "after"]


@given(written)
def test_what_the_web_says_does_nothing_in_the_text_of_a_pull_request(words: str) -> None:
    made = verifying._as_markdown(verifying.Verified(silent=[words, f"x\n{words}"]), [], [words])
    elements, said = outside_code(made)
    assert elements <= {"p", "h3", "ul", "li", "span"}
    assert not MENTION.search(said)
    assert [line for line in made.splitlines() if line.startswith("#")] == ["### Could not be asked or written"]


@pytest.mark.parametrize(
    "address", ["https://x/>) ![y](https://evil.example/", "https://x/ y", "javascript:alert(1)", "https://x/\\"]
)
def test_an_address_of_the_site_is_a_link_only_if_it_is_one(address: str) -> None:
    assert _piece(Page("Home", address)) == "**Home**"
    assert _piece(Page("Home", "https://digest.example/sub/")) == "[**Home**](<https://digest.example/sub/>)"


# ---- texts that are handed over --------------------------------------------------------------------------------------


@given(written, st.integers(min_value=80, max_value=200))
def test_a_text_without_mentions_calls_nobody_as_markdown_or_html(
    tmp_path_factory: pytest.TempPathFactory, words: str, limit: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "comment.md"
    path.write_bytes(words.encode())
    made = SCRIPT.text(path, limit, mentions=False)
    assert len(made) <= limit
    tree = rendered(made)
    for code in [*tree.iter("code"), *tree.iter("pre")]:
        code.text = ""
    said = "".join(tree.itertext())
    assert not MENTION.search(said)
    assert not REFERENCE.search(said)


@pytest.mark.parametrize(
    "call",
    ["@octo", "@org/team", "&#64;octo", "&#064octo", "&#0000064;octo", "&#x40;octo", "&#X00040octo", "&commat;octo",
     "\uff20octo", "#12", "o/r#12", "&#35;12", "&#x23;12", "&num;12", "GH-12", "gh-1", "#&#49;2"],
)  # fmt: skip
def test_every_way_to_call_somebody_is_held(tmp_path: Path, call: str) -> None:
    path = tmp_path / "comment.md"
    for words in (call, f"a {call} b", f"<p>{call}</p>", f"({call})", f"**{call}**"):
        path.write_text(words, "utf-8")
        said = "".join(rendered(SCRIPT.text(path, 1000, mentions=False)).itertext())
        assert not MENTION.search(said)
        assert not REFERENCE.search(said)


@pytest.mark.parametrize("cut", range(14))
def test_a_line_that_is_cut_ends_in_no_half_entity(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "comment.md"
    path.write_text("x" * (200 - len(SCRIPT.CUT) - cut) + "&#8203;&#0000064;octo" * 90, "utf-8")
    assert not re.search(r"&#?[0-9a-z]*$", SCRIPT.text(path, 200, mentions=False).removesuffix(SCRIPT.CUT))


@pytest.mark.parametrize("words", ["Fixes GH-12", "::error::x", "Closes gh-7: x", "Add x::set-env y"])
def test_a_title_closes_no_issue_and_commands_nothing(tmp_path: Path, words: str) -> None:
    (tmp_path / "title").write_text(words, "utf-8")
    made = SCRIPT.title(tmp_path / "title")
    assert "::" not in made
    assert not REFERENCE.search(made)


# ---- logs ------------------------------------------------------------------------------------------------------------


def commands(log: str) -> list[str]:
    """The lines of a log that GitHub's runner would take for commands."""
    return [line for line in re.split(r"\r\n|\r|\n", log) if line.strip().startswith("::") or "##[" in line]


@given(written, written, written)
def test_problems_for_github_give_no_command_but_their_own(path: str, what: str, remedy: str) -> None:
    problem = Problem(SourceRef(f"content/{path}", 1, 2), what, remedy, Severity.WARNING)
    log = as_github([problem], {"papers": 1})
    [command] = commands(log)
    assert command.startswith("::warning file=content/")
    assert "##[" not in log
    assert sum(line.startswith("::") for line in log.split("\n")) == 1
    properties = log.split("::")[1]
    assert properties.count(",") == 3


@pytest.mark.parametrize("name", ["::error::x", "x\n::error::y", "x\r::error::y", "##[error]x", "x\u2028::y"])
def test_what_is_refused_commands_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "content/papers").mkdir(parents=True)
    (tmp_path / "content/papers" / name).touch()
    done = subprocess.run(
        ["python3", "-I", SCRIPTS / "untrusted.py", "papers", tmp_path, "--most", "3"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("refused: ")
    assert commands(done.stderr) == []


@pytest.mark.parametrize("words", ["::error::x", " ::error::x", "a\r::error::x", "a ##[error]x", "a\x0b::error::x"])
def test_what_taking_in_says_commands_nothing(tmp_path: Path, words: str) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    program = tmp_path / ".venv/bin/paper-digest"
    (tmp_path / "words").write_bytes(words.encode())
    program.write_text("#!/bin/sh\ncat words; cat words >&2; exit 1\n", "utf-8")
    program.chmod(0o755)
    event = tmp_path / "event.json"
    event.write_text('{"issue": {"body": "x"}}')
    done = subprocess.run(
        ["bash", SCRIPTS / "take-in.sh", tmp_path / "outcome"],
        cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "GITHUB_EVENT_PATH": str(event)}, capture_output=True, check=False,
    )  # fmt: skip
    for said in (done.stdout, done.stderr):
        assert b"error" in said
        assert commands(said.decode()) == []
