"""The exports on the built site: where MkDocs puts them, and how a reader gets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rispy
from playwright.sync_api import Browser

from tests.web import Watched


@pytest.fixture(scope="module")
def site(built: Path) -> Path:
    return built / "site"


@pytest.mark.parametrize(
    "name",
    [
        *("catalog.json", "catalog.csv", "catalog.bib", "catalog.ris", "schemas/catalog.schema.json"),
        *("categories/vision/papers.bib", "categories/vision/papers.ris", "categories/vision/papers.csv"),
        *("categories/seeing/papers.bib", "categories/empty/papers.bib", "papers/plain.txt", "papers/plain-old.txt"),
        *("llms.txt", "robots.txt"),
    ],
)
def test_exports_are_published_as_they_were_written(site: Path, name: str) -> None:
    assert (site / name).read_bytes() == (site.parent / "docs" / name).read_bytes()


def test_a_twin_stands_beside_its_page(site: Path) -> None:
    assert (site / "papers/plain/index.html").is_file()
    assert (site / "papers/plain.txt").is_file()


@pytest.mark.browser
def test_a_citation_is_downloaded_by_a_click_even_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(address + "papers/plain/")
    with page.expect_download() as ris:
        page.click("#cite >> text=RIS")
    assert ris.value.suggested_filename == "plain.ris"
    assert [record["id"] for record in rispy.loads(ris.value.path().read_text("utf-8"))] == ["plain"]
    with page.expect_download() as csl:
        page.click("#cite >> text=CSL-JSON")
    assert csl.value.suggested_filename == "plain.json"
    [item] = json.loads(csl.value.path().read_text("utf-8"))
    assert item["author"][1] == {"family": "Müller-Ångström", "given": "Renée"}
    context.close()


@pytest.mark.browser
def test_the_markdown_of_a_page_and_the_files_of_a_category_are_linked(chromium: Browser, address: str) -> None:
    context = chromium.new_context(accept_downloads=True)
    watched = Watched(context.new_page())
    watched.page.goto(address + "categories/vision/")
    with watched.page.expect_download() as bibtex:
        watched.page.click(".count__feeds >> text=BibTeX")
    assert bibtex.value.path().read_bytes().startswith(b"@misc{hostile,")
    watched.page.goto(address + "papers/plain/")
    assert (watched.complaints, watched.foreign) == ([], [])
    watched.page.click("#cite >> text=Markdown")
    assert watched.page.url == address + "papers/plain.txt"
    assert "# A plain paper: nothing to see" in watched.page.inner_text("body")
    context.close()
