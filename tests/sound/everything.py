"""All that tests ask of a digest's content, in one place: whatever curators write, it holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from paper_digest.catalog.catalog import read_shelf
from tests.catalog.test_schema import check_no_editor_marks_anything, check_schemas_are_named
from tests.importing.test_suggest import check_suggestions
from tests.outputs.emails.test_emails import check_letters
from tests.outputs.exports.test_catalog_json import check_catalog_json
from tests.outputs.exports.test_parity import check_parity
from tests.outputs.feeds.test_formats import check_atom, check_json_feed, check_opml, check_rss, check_sizes_of_feeds
from tests.outputs.feeds.test_readers import (
    check_a_reader_that_is_not_python,
    check_every_dated_paper_is_in_the_feed_once,
    check_feedparser,
)
from tests.outputs.pages.test_scripts import check_membership
from tests.outputs.pages.test_trends_page import check_page_of_trends
from tests.quality.test_heads import check_heads
from tests.quality.test_html import check_pages_are_parsed
from tests.sound.made import Built, Made
from tests.test_composing import check_next_issue
from tests.test_real_catalog import GUARDS, OF_A_BUILT_SITE, check_one_file_or_many, founding_of
from tests.test_related import check_neighbours
from tests.test_trends import check_counts
from tests.tools import MODULES

OF_WHAT_IS_MADE: tuple[Callable[[Made], None], ...] = (
    check_parity,
    check_membership,
    check_catalog_json,
    check_letters,
    check_feedparser,
    check_every_dated_paper_is_in_the_feed_once,
    check_atom,
    check_rss,
    check_json_feed,
    check_opml,
    check_sizes_of_feeds,
    check_page_of_trends,
    check_counts,
    check_neighbours,
    check_next_issue,
)
OF_FILES: tuple[Callable[[Path], None], ...] = (check_no_editor_marks_anything, check_schemas_are_named)


def read_all(made: Made) -> None:
    """Everything that is asked of what is generated."""
    for check in OF_WHAT_IS_MADE:
        check(made)


def read_files(root: Path) -> None:
    """Everything that is asked of the files, and of the founding papers if it is their digest."""
    for check_files in OF_FILES:
        check_files(root)
    check_suggestions(read_shelf(root))
    if founding := founding_of(root):
        for guard in GUARDS:
            guard(founding)


def read_in_other_ways(made: Made, root: Path, folder: Path) -> None:
    """What takes longer: a reader that is not Python, if there is Node, and the papers in one file."""
    check_one_file_or_many(root, folder / "one")
    if shutil.which("node") and (MODULES / "feedsmith/package.json").is_file():
        check_a_reader_that_is_not_python(made, folder / "read")


def read_site(built: Built) -> None:
    """Everything that MkDocs has a part in."""
    for check in (*OF_A_BUILT_SITE, check_pages_are_parsed, check_heads):
        check(built)
