from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from paper_digest.diff import as_markdown, as_text
from paper_digest.diff.markdown_form import LIMIT, escaped
from paper_digest.diff.report import clean, count
from paper_digest.words.signs import FORBIDDEN
from tests.diff.conftest import DATED, ISSUE, LETTER, OTHER, Compare, P, Q

HOSTILE = [
    "](javascript:alert(1)) [x](https://evil.example)",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "@everyone and team/@octo and a@b.example",
    "See #12, GH-12, gh-7, user/repo#1, user/repo@e0f3b7a1 and GHSA-aaaa-bbbb-cccc",
    "| a | b |\\n| - | - |\\n| 1 | 2 |",
    "--> </details> <!-- x -->",
    "`code` ``two`` **bold** __it__ ~~gone~~ $x_1$ and $`y`$",
    "https://evil.example/a www.evil.example mailto:a@b.example ftp://evil.example",
    ":smile: :+1: A: B",
    "# Heading",
    "1. list",
    "- [x] done",
    "===",
    "---",
    "> [!WARNING] be afraid",
    "[^1] and [^1]: note",
    "\\\\ back\\\\slash \\\\",
    "&lt;b&gt; &#64;octo &commat;octo",
    "e0f3b7ae0f3b7ae0f3b7ae0f3b7ae0f3b7ae0f3b7a",
]


def everywhere(words: str) -> dict[str, str]:
    """A paper, an issue and a page with the words in every field that takes any."""
    safe = words.replace('"', '\\"')
    paper = (
        f'title: "{safe}"\nabstract: "{safe}"\nauthors: ["{safe}"]\nvenue: "{safe}"\ncategories: [vision]\n'
        f'summary: {{text: "{safe}", by: human}}\nadded: 2026-11-01\nlinks: {{code: "https://evil.example/@octo#12"}}\n'
        f'news: [{{date: 2026-11-20, kind: note, text: "{safe}"}}]\n'
    )
    issue = f'number: 1\ntitle: "{safe}"\nsubject: "{safe}"\npreheader: In short\nintro: "Hello {safe}"\nentries: [q]\n'
    tags = f'- {{id: mri, title: "{safe}", kind: modality}}\n'
    return {Q: paper, ISSUE: issue, "content/tags.yaml": tags}


def outside_code(markdown: str) -> str:
    """What GitHub looks for references in: without code spans, rendered to text."""
    return html.unescape(re.sub(r"(`+) ?.+? ?\1(?!`)", "", markdown))


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_a_strangers_words_means_anything_to_github(compare: Compare, words: str) -> None:
    made = as_markdown(compare({P: DATED}, {P: DATED, **everywhere(words)}))
    text = outside_code(made)
    assert not re.search(r"@\w", text)
    assert not re.search(r"#\w", text)
    assert not re.search(r"\bgh-\d|\bGHSA-\w", text, re.IGNORECASE)
    assert not re.search(r":[\w+-]+:", text)
    assert not re.search(r"\bhttps?://|\bftp://|\bwww\.", re.sub(r"\]\(<https://digest\.example/[^>]*>\)", "", text))
    assert not re.search(r"\b[0-9a-f]{7,40}\b", text)
    elements = set(re.findall(r"<[^>]*>", re.sub(r"\]\(<[^>]*>\)", "", re.sub(r"(`+) ?.+? ?\1(?!`)", "", made))))
    assert elements <= {"<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>", "<span>", "</span>"}
    assert made.count("<details>") == made.count("</details>")


@pytest.mark.parametrize("words", HOSTILE)
def test_every_line_of_markdown_begins_as_we_meant_it_to(compare: Compare, words: str) -> None:
    """A title can begin no block of its own, wherever it stands."""
    made = as_markdown(compare({P: DATED}, {P: DATED, **everywhere(words)}))
    for line in made.splitlines():
        content = re.sub(r"^ *(?:- (?:`[-+~!]` )?)?(?:> ?)?", "", line)
        assert not re.match(r"#|[-+=] ?|\d+[.)]|>|\||```|~~~", content) or line.startswith("### "), line


def test_escaped_words_read_as_they_were_written() -> None:
    for words in HOSTILE:
        shown = html.unescape(re.sub("</?span>", "", escaped(words))).replace("\u200b", "")
        assert shown == " ".join(words.split())


def test_an_address_is_code_and_never_a_link_out_of_the_site(compare: Compare) -> None:
    after = {P: DATED + "links: {code: 'https://evil.example/x'}\n"}
    made = as_markdown(compare({P: DATED}, after))
    assert "links.code: `https://evil.example/x`" in made
    assert re.findall(r"\]\(<([^>]*)>", made) == ["https://digest.example/sub/papers/p/"]


def test_no_invisible_character_survives() -> None:
    hostile = "a\x1b[31mred\u202eevil\x00\u2066b\x07"
    assert clean(hostile) == "a[31mredevilb"
    assert not FORBIDDEN.search(escaped(hostile))


def test_a_base_with_odd_letters_is_shown_harmlessly(compare: Compare) -> None:
    changes = compare({P: DATED}, {P: DATED, Q: OTHER})
    odd = replace(changes, base="<b>@octo\x1b[31m")
    assert "<b>" not in as_markdown(odd)
    assert "@\u200bocto" in html.unescape(as_markdown(odd))
    assert "\x1b" not in as_text(odd)


def test_five_hundred_papers_have_room_in_one_comment(compare: Compare) -> None:
    title = "@x" * 150
    papers = "".join(
        f"- {{id: n{number}, title: '{title} {number}', abstract: x, categories: [vision], added: 2026-11-02}}\n"
        for number in range(500)
    )
    made = as_markdown(compare({P: DATED}, {P: DATED, "content/papers/all.yaml": papers}))
    assert LIMIT / 2 < len(made) <= LIMIT
    shown = made.count("  > Vision")
    assert f"… and {500 - shown} more papers\n\n</details>" in made
    assert made.count("<details>") == made.count("</details>")
    for heading in ("Papers added", "### Feeds", "### Issues"):
        assert heading in made
    assert "500 papers added" in made.splitlines()[0]


def test_a_limit_without_room_for_anything_still_gives_the_tally(compare: Compare) -> None:
    made = as_markdown(compare({P: DATED}, {P: DATED, Q: OTHER}), limit=10)
    assert made.startswith("**1 paper added; 2 feed entries appear")
    assert "### Papers added\n\n… and 1 more papers" in made


def test_long_sections_are_folded_but_never_what_to_look_at_first(compare: Compare) -> None:
    papers = {f"content/papers/n{number}.yaml": DATED.replace("trees", f"tree {number}") for number in range(8)}
    made = as_markdown(compare({P: DATED, **papers}, {P: DATED}))
    assert "### Look at this first\n\n- `!` An address ends: `https://digest.example/sub/papers/n" in made
    assert "<details><summary><b>Papers removed</b> (8)</summary>" in made


def test_a_card_in_markdown_is_a_quotation(compare: Compare) -> None:
    paper = OTHER + "summary: {text: It says in one sentence what is said., by: human}\nauthors: [A, B]\ntags: [mri]\n"
    made = as_markdown(compare({P: DATED}, {P: DATED, Q: paper}))
    assert (
        "- `+` `content/papers/q.yaml`\n\n"
        "  > Language\\\n  > **Quite another work**\\\n  > A, B\n  >\n"
        "  > It says in one sentence what is said.\n  >\n"
        "  > MRI\n"
    ) in made


def test_text_keeps_to_its_width(compare: Compare) -> None:
    after = {P: DATED.replace("trees", "trees " * 60), Q: OTHER.replace("work", "work " * 50), ISSUE: LETTER}
    for width in (60, 88):
        lines = as_text(compare({P: DATED}, after), width).splitlines()
        assert max(map(len, lines)) <= width


def test_numbers_agree_with_their_nouns() -> None:
    assert [count(1, "paper"), count(2, "feed entry"), count(1, "entry"), count(1500, "pair")] == [
        "1 paper", "2 feed entries", "1 entry", "1,500 pairs",
    ]  # fmt: skip
