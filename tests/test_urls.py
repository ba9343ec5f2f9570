from uuid import UUID

import pytest

from paper_digest import urls
from paper_digest.urls import Address

KEY = UUID("6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f")


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("", "index.md"),
        ("papers/", "papers/index.md"),
        ("papers/2/", "papers/2.md"),
        ("papers/mmed-rag/", "papers/mmed-rag.md"),
        ("categories/vision/2/", "categories/vision/2.md"),
        ("about/", "about.md"),
    ],
)
def test_the_file_of_an_address_is_published_at_that_address(address: str, file: str) -> None:
    assert urls.markdown_file(Address(address)) == file
    assert urls.published_at(file) == address


@pytest.mark.parametrize(
    ("here", "there", "link"),
    [
        ("", "", "./"),
        ("papers/", "", "../"),
        ("papers/a/", "papers/b/", "../../papers/b/"),
        ("", "feed.xml", "feed.xml"),
    ],
)
def test_relative_links_hold_under_any_path(here: str, there: str, link: str) -> None:
    assert urls.relative(Address(here), Address(there)) == link


def test_a_guid_is_made_from_key_kind_and_id_alone() -> None:
    assert urls.guid(KEY, "paper", "mmed-rag") == "urn:uuid:f4ede237-a92d-53e7-a186-58e69bafee4f"
    assert urls.guid(KEY, "issue", "mmed-rag") != urls.guid(KEY, "paper", "mmed-rag")


def test_a_doi_with_odd_signs_makes_a_working_address() -> None:
    assert urls.doi_page("10.1002/(SICI)1#2<3>") == "https://doi.org/10.1002/(SICI)1%232%3C3%3E"
