"""Ids of the frame begin with `F-`. No text makes one that does, since slugs are small: no name takes search away."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from markdown.extensions.toc import slugify, slugify_unicode

from paper_digest.building import build
from paper_digest.urls import slug
from tests.conftest import BASICS, REPOSITORY, TODAY

HOSTILE = ["Search", "Content", "__drawer", "constructor", "toc", "F-search", "Search results",
           "announced", "For you", "latest", "months", "filter-q", "__proto__"]  # fmt: skip
ANCHORS = {"cite", "abstract", "related", "versions", "in-this-digest"}
"""Sections of a paper's page, which feeds link to. No heading of such a page is made of text."""
THEME = REPOSITORY / "theme"


def ids_in_use() -> set[str]:
    """All ids that the frame, templates, scripts and styles write or look for."""
    found: set[str] = set()
    for path in (each for each in THEME.rglob("*") if each.suffix in {".html", ".j2", ".js", ".css"}):
        text = path.read_text("utf-8")
        if path.suffix == ".css":
            found |= set(re.findall(r"#(F-[\w-]+|(?![0-9a-f]{3,8}\b)[a-z_][\w-]*)(?=[^\"\]]*\{)", text))
        if "email" not in path.parts:
            found |= set(re.findall(r'(?:\s(?:id|for|aria-labelledby|aria-controls)=|getElementById\()"([^"]+)"', text))
            found |= set(re.findall(r'(?:\bid: |const id = |"aria-labelledby": )["`]([^"`]+)["`]', text))
            found |= set(re.findall(r'(?:href="|querySelector\("|fragment\([^"]*")#([\w-]+)', text))
    return found


def test_every_id_of_the_frame_has_the_prefix() -> None:
    assert {"F-search", "F-content", "F-filter-q", "F-announced", "F-for-you"} <= ids_in_use()
    assert {each for each in ids_in_use() if not each.startswith("F-")} <= ANCHORS


@given(st.text())
@example("F-search")
@example("--search")
@example("- -search")
@example("\u2010\u2010search")
@example("__search")
def test_no_text_makes_an_id_with_the_prefix(text: str) -> None:
    for made in (slugify(text, "-"), slugify_unicode(text, "-"), slug(text)):
        assert not made.startswith("F-")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a digest in which everything has a name that looks like an id of the frame."""
    root = tmp_path_factory.mktemp("hostile") / "digest"
    names = [(f"n{number}", name) for number, name in enumerate(HOSTILE)]
    theme = "docs_dir: build/docs\nplugins: []\ntheme: {name: material, custom_dir: theme/overrides, font: false}\n"
    files = {
        "mkdocs.yml": BASICS["mkdocs.yml"] + theme,
        "content/digest.yaml": BASICS["content/digest.yaml"],
        "content/categories.yaml": "".join(
            f'- {{id: {key}, title: "{name}", family: a, description: "{name}"}}\n' for key, name in names
        ),
        "content/tags.yaml": "".join(f'- {{id: {key}, title: "{name}", kind: technique}}\n' for key, name in names),
    }
    for number, (key, name) in enumerate(names):
        paper = (
            f'title: "{name}"\nabstract: "{name}"\ncategories: [{key}]\ntags: [{key}]\nauthors: ["{name} {number}"]\n'
        )
        files[f"content/papers/{key}.yaml"] = paper
        files[f"content/issues/2026-10-{number + 1:02}.yaml"] = (
            f'number: {number + 1}\ntitle: "{name}"\nsubject: "{name}"\npreheader: "{name}"\n'
            f'intro: "### {name}"\nentries: [{key}]\n'
        )
        headings = "\n\n".join(f"## {each}" for each in HOSTILE)
        files[f"content/pages/{key}.md"] = f"# {name}\n\n{headings}\n"
    for place, text in files.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, "utf-8")
    (root / "theme").symlink_to(THEME)
    build.generate(root, TODAY, print)
    build.run_mkdocs(root, root / "build/site")
    return root / "build/site"


@pytest.mark.parametrize("site", ["hostile", "built"])
def test_every_id_of_a_page_is_unique_and_none_of_a_text_is_the_frames(
    request: pytest.FixtureRequest, site: str
) -> None:
    folder = request.getfixturevalue(site)
    pages = list((folder if site == "hostile" else folder / "site").rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        document = html.fromstring(page.read_bytes())
        counts = Counter(document.xpath("//@id"))
        assert [each for each, count in counts.items() if count > 1] == [], page
        assert not document.xpath("//h1[starts-with(@id, 'F-')]"), page
        for wanted in document.xpath("//@for | //@aria-controls | //@aria-labelledby"):
            assert wanted in counts, (page, wanted)
