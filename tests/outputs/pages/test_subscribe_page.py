"""The page for subscribers: a form where there is a provider that takes it, and feeds everywhere."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from paper_digest.catalog.catalog import load
from paper_digest.digest.site import Site
from paper_digest.outputs.pages import pages
from tests.conftest import PAPER, MakeDigest, site_of

KEY = "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"
LIST = "3f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"


def page(site: Site) -> html.HtmlElement:
    [found] = [each.content.decode() for each in pages(site) if each.path == "docs/subscribe.md"]
    return html.fromstring(found.split("---\n", 2)[2])


def with_mail(make_digest: MakeDigest, settings: str, cadence: str = "daily") -> Site:
    digest = f"{KEY}issues: {{cadence: {cadence}}}\nemail: {settings}\n"
    return site_of(make_digest({"content/digest.yaml": digest, "content/papers/p.yaml": PAPER}))


def test_without_a_provider_there_is_no_form_and_every_feed(make_digest: MakeDigest) -> None:
    shown = page(with_mail(make_digest, "{provider: none}"))
    assert shown.xpath("//form") == []
    links = shown.xpath("//a/@href")
    assert {"../issues/feed.xml", "../feed.xml", "../news/feed.xml", "../feeds/"} <= set(links)


def test_buttondown_gets_the_address_under_the_newsletters_name(make_digest: MakeDigest) -> None:
    [form] = page(with_mail(make_digest, "{provider: buttondown, account: paper-digest}")).xpath("//form")
    assert form.get("action") == "https://buttondown.com/api/emails/embed-subscribe/paper-digest"
    assert form.get("method") == "post"
    assert form.xpath(".//input[@type='email']/@name") == ["email"]


def test_listmonk_gets_the_address_and_the_list(make_digest: MakeDigest) -> None:
    settings = f"{{provider: listmonk, server: https://lists.example/, list: {LIST}}}"
    [form] = page(with_mail(make_digest, settings)).xpath("//form")
    assert form.get("action") == "https://lists.example/subscription/form"
    assert form.xpath(".//input[@name='l']/@value") == [LIST]


@pytest.mark.parametrize(("cadence", "words"), [("daily", "once a day"), ("weekly", "once a week")])
def test_it_says_how_often_an_issue_comes(make_digest: MakeDigest, cadence: str, words: str) -> None:
    assert f"An issue comes {words}" in page(with_mail(make_digest, "{}", cadence)).text_content()


def test_it_shows_the_latest_issue(example_site: Site) -> None:
    [link] = page(example_site).xpath("//section[@aria-labelledby='F-latest']//a[1]/@href")
    assert link == "../issues/2026-11-22/" or link.startswith("../issues/2026-11-2")


@pytest.mark.parametrize(
    ("settings", "promised"), [("{provider: none}", False), ("{provider: buttondown, account: d}", True)]
)
def test_home_promises_letters_only_where_there_are_some(
    make_digest: MakeDigest, settings: str, promised: bool
) -> None:
    site = with_mail(make_digest, settings)
    [home] = [each.content.decode() for each in pages(site) if each.path == "docs/index.md"]
    assert (">mail</a>" in home) is promised


def problems(make_digest: MakeDigest, settings: str) -> list[str]:
    root = make_digest({"content/digest.yaml": f"{KEY}email: {settings}\n", "content/papers/p.yaml": PAPER})
    return [str(problem) for problem in load(root, date(2026, 11, 23)).problems]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("{provider: buttondown}", ["needs `account`"]),
        ("{provider: listmonk}", ["needs `server`", "needs `list`"]),
        (f"{{provider: listmonk, server: http://lists.example, list: {LIST}}}", ["for all to read"]),
        ("{provider: buttondown, account: 'a b'}", ["is not the name of a newsletter"]),
        ("{provider: listmonk, server: https://lists.example, list: mine}", ["is not the id of a list"]),
    ],
)
def test_a_provider_without_what_its_form_needs_is_a_problem(
    make_digest: MakeDigest, settings: str, told: list[str]
) -> None:
    found = problems(make_digest, settings)
    for words in told:
        assert [problem for problem in found if words in problem], found


def test_a_hand_written_page_of_that_name_is_told(make_digest: MakeDigest) -> None:
    from paper_digest.digest.opening import examine

    root = make_digest({"content/papers/p.yaml": PAPER, "content/pages/subscribe.md": "# Subscribe\n"})
    found = [str(problem) for problem in examine(root, date(2026, 11, 23)).problems]
    assert [problem for problem in found if "the name `subscribe` is taken by the site itself" in problem]
