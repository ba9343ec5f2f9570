"""A twin of every paper's page in plain Markdown, for programs that read and people who take notes."""

from __future__ import annotations

from collections.abc import Iterator

from paper_digest import urls
from paper_digest.catalog.records import Paper
from paper_digest.digest.site import Site
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.exports import markdown
from paper_digest.shown import cards, citations
from paper_digest.shown.cards import Card, Named
from paper_digest.words import text


def files(site: Site) -> Iterator[Artifact]:
    """The twin of every paper, at its former addresses too."""
    for paper in site.papers:
        content = "\n".join(_blocks(site, paper))
        for paper_id in (paper.id, *paper.aliases):
            yield Artifact.doc(urls.twin(paper_id), content)


def _blocks(site: Site, paper: Paper) -> Iterator[str]:
    """The blocks of a twin, each ending with a line break."""
    card = cards.card(site, paper)
    yield f"# {markdown.rich(paper.title)}\n"
    if card.authors:
        yield f"By {', '.join(map(markdown.words, card.authors))}\n"
    yield from (f"{line}\n" for line in _news(paper))
    yield markdown.bullets(_facts(site, paper, card))
    if card.summary:
        yield f"## Summary{', by a machine' if card.by_machine else ''}\n"
        yield f"{markdown.rich(card.summary)}\n"
    if card.abstract:
        yield "## Abstract\n"
        yield from (f"{markdown.rich(paragraph)}\n" for paragraph in text.paragraphs(card.abstract))
    yield "## Citation\n"
    yield f"{markdown.words(citations.plain_citation(site, paper))}\n"


def _news(paper: Paper) -> Iterator[str]:
    """What became of a paper, before anything else is told of it."""
    if label := cards.STATUS_LABELS.get(paper.status):
        yield f"**{label}.**"
    for news in paper.news:
        where = f" {markdown.link(news.url)}" if news.url else ""
        yield f"{cards.shown_day(news.date)}: {markdown.rich(news.text)}{where}"


def _facts(site: Site, paper: Paper, card: Card) -> Iterator[str]:
    yield f"Page: {markdown.link(urls.absolute(site.identity.url, card.address))}"
    if card.date:
        yield f"Published: {card.date}"
    if card.venue:
        yield f"Venue: {markdown.words(card.venue)}"
    if paper.arxiv:
        yield f"arXiv: {markdown.link(urls.arxiv_page(paper.arxiv))}"
    if paper.doi:
        yield f"DOI: {markdown.link(urls.doi_page(paper.doi))}"
    yield from (f"{link.label}: {markdown.link(link.url)}" for link in card.links)
    if card.categories:
        yield f"Categories: {_links(site, card.categories)}"
    if card.tags:
        yield f"Tags: {_links(site, card.tags)}"
    if paper.added:
        yield f"Added: {cards.shown_day(paper.added)}"


def _links(site: Site, named: tuple[Named, ...]) -> str:
    return ", ".join(markdown.named_link(each.title, urls.absolute(site.identity.url, each.address)) for each in named)
