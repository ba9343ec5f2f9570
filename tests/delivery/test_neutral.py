import html
import re

import jinja2
import pytest

from paper_digest.delivery import buttondown, listmonk
from paper_digest.delivery.neutral import JOINER, for_go, letter_for_provider, neutral_html, neutral_text
from paper_digest.digest.site import Site
from tests.delivery.conftest import HOSTILE

GO_ACTION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


def django(source: str, **values: str) -> str:
    """Evaluates like Django's templates: the same delimiters, and an error for a tag that is unknown."""
    environment = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)
    return environment.from_string(source).render(**values)


def go(source: str, **values: str) -> str:
    """Evaluates like Go's templates: everything between `{{` and `}}` must be a call that is known."""

    def called(action: re.Match[str]) -> str:
        words = action[1].strip()
        if words.startswith("Safe `"):
            return words[6:-1]
        return values[words]

    return GO_ACTION.sub(called, source)


def merge_tags(source: str) -> list[str]:
    return re.findall(r"\*\|.*?\|\*", source)


@pytest.fixture
def shown(site: Site) -> str:
    """The hostile title, as a reader is to see it."""
    return HOSTILE


def plain(text: str) -> str:
    return " ".join(html.unescape(text).replace(JOINER, "").split())


def test_the_stand_ins_do_what_strangers_write() -> None:
    assert django("{{ 7*7 }}") == "49"
    with pytest.raises(jinja2.TemplateSyntaxError):
        django("{% load evil %}")
    with pytest.raises(KeyError):
        go("{{ 7*7 }}")


def test_buttondown_shows_a_hostile_title_and_fills_in_its_own_address(site: Site, shown: str) -> None:
    letter, parts = letter_for_provider(site, site.catalog.issues[0], buttondown.UNSUBSCRIBE)
    rendered = django(parts.html, unsubscribe_url="https://leave.example/1")
    assert rendered == parts.html.replace("{{ unsubscribe_url }}", "https://leave.example/1")
    assert shown in plain(rendered)
    assert django(letter.subject) == letter.subject
    assert plain(letter.subject) == "Letter {{ 7*7 }} für *|FNAME|*"
    assert not merge_tags(parts.html + letter.subject)
    assert "<script" not in rendered


def test_listmonk_shows_a_hostile_title_and_fills_in_its_own_address(site: Site, shown: str) -> None:
    letter, parts = letter_for_provider(site, site.catalog.issues[0], listmonk.UNSUBSCRIBE)
    parts = for_go(parts)
    for part in (parts.html, parts.text):
        rendered = go(part, UnsubscribeURL="https://leave.example/1")
        assert shown in plain(rendered)
        assert "https://leave.example/1" in rendered
        assert not merge_tags(rendered)
    assert go(letter.subject) == letter.subject


def test_comments_for_outlook_outlive_gos_html_templates(site: Site) -> None:
    _, parts = letter_for_provider(site, site.catalog.issues[0], listmonk.UNSUBSCRIBE)
    kept = for_go(parts).html
    # Go's html/template takes out comments, but not what a call gives.
    without = re.sub(r"<!--.*?-->", "", re.sub(r"\{\{ Safe `.*?` \}\}", "kept", kept, flags=re.DOTALL))
    assert without.count("kept") == parts.html.count("<!--") == 2
    assert go(kept, UnsubscribeURL="x") == parts.html.replace("{{ UnsubscribeURL }}", "x")


def test_no_tag_begins_in_the_text_part_for_listmonk(site: Site) -> None:
    _, parts = letter_for_provider(site, site.catalog.issues[0], listmonk.UNSUBSCRIBE)
    assert re.search(r"<[a-zA-Z/!?]", parts.text)
    assert not re.search(r"<[a-zA-Z/!?]", for_go(parts).text)


def test_an_address_with_braces_stays_an_address(site: Site) -> None:
    _, parts = letter_for_provider(site, site.catalog.issues[0], buttondown.UNSUBSCRIBE)
    assert 'href="https://link.example/a?b=%7B%7B7*7%7D%7D"' in parts.html


@pytest.mark.parametrize("source", ["{{{{{% x", "{%%}{{}}{##}", "*|*|*|", "{{\n7\n}}", "https://x.example/@TrackLink"])
def test_no_opening_is_left_however_they_are_nested(source: str) -> None:
    for made in (neutral_text(source), neutral_html(source), neutral_html(f'<a href="{source}">x</a>')):
        assert not re.search(r"\{[{%#]|\*\||@TrackLink", made)
        assert neutral_text(made) == made
    assert neutral_text(source).replace(JOINER, "") == source


def test_what_is_harmless_stays_as_it_is() -> None:
    harmless = "Sets {a} of {b} with a*b|c and x } } and 5 < 6, a@b, {x: {y}}"
    assert neutral_text(harmless) == harmless
