from dataclasses import replace

from paper_digest.catalog.records import PartialDate
from paper_digest.digest.site import Site
from paper_digest.shown.cards import card, shown_date


def test_a_card_holds_what_a_reader_sees(example_site: Site) -> None:
    shown = card(example_site, example_site.paper["plain"])
    assert shown.venue == "ICXX 2025"
    assert shown.date == "7 Oct 2024"
    assert [link.label for link in shown.links] == ["PDF", "Code", "Data"]
    assert [tag.title for tag in shown.tags] == ["MRI", "RLHF"]
    assert shown.category is not None
    assert shown.category.title == "Vision & more <b>"


def test_many_authors_are_counted_and_few_are_named(example_site: Site) -> None:
    many = card(example_site, example_site.paper["many-authors"])
    assert (len(many.first_authors), many.further_authors) == (3, 59)
    four = replace(many, authors=many.authors[:4])
    assert (len(four.first_authors), four.further_authors) == (4, 0)


def test_missing_facts_are_absent_from_a_card(example_site: Site) -> None:
    shown = card(example_site, example_site.paper["missing-everything"])
    assert (shown.venue, shown.date, shown.authors, shown.summary, shown.abstract) == (None, None, (), None, None)


def test_a_partial_date_is_shown_as_far_as_it_is_known() -> None:
    dates = [PartialDate(2024), PartialDate(2024, 10), PartialDate(2024, 10, 7)]
    assert [shown_date(date) for date in dates] == ["2024", "Oct 2024", "7 Oct 2024"]


def test_papers_are_in_order_of_added_then_published_then_id(example_site: Site) -> None:
    assert [paper.id for paper in example_site.papers] == [
        "hostile", "math", "plain", "retracted", "rtl", "long-title", "many-authors", "missing-everything",
    ]  # fmt: skip


def test_categories_of_one_family_share_a_hue(example_site: Site) -> None:
    assert example_site.hues == {"vision": 1, "language": 2, "empty": 2}


def test_the_queue_is_what_no_issue_has_had(example_site: Site) -> None:
    assert [paper.id for paper in example_site.queue] == ["long-title"]
