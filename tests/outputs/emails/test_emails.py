import email
import re
from email.message import EmailMessage
from email.policy import default

import pytest
from lxml import etree

from paper_digest.digest.site import Site
from paper_digest.outputs.emails import BUDGET, emails
from paper_digest.outputs.emails.message import encoded_size
from tests.conftest import MakeDigest, site_of
from tests.sound.made import Made

DATES = ["2026-11-21", "2026-11-22"]


def parsed(outputs: dict[str, bytes], day: str) -> EmailMessage:
    message = email.message_from_bytes(outputs[f"email/{day}.eml"], policy=default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def check_letters(made: Made) -> None:
    """Every issue has its letter, small enough not to be clipped."""
    paths = {path for path in made.files if path.startswith("email/")}
    assert paths == {f"email/{issue.key}.{kind}" for issue in made.site.issues for kind in ("html", "txt", "eml")}
    for issue in made.site.issues:
        assert encoded_size(made.files[f"email/{issue.key}.html"].decode()) <= BUDGET
        message = parsed(dict(made.files), issue.key)
        assert message["Date"].datetime.date() == issue.date
        assert not message.defects


@pytest.mark.real
def test_every_issue_of_the_real_catalog_has_its_letter(real: Made) -> None:
    check_letters(real)


def test_an_issue_has_three_files_named_after_its_date(example_outputs: dict[str, bytes]) -> None:
    made = {path for path in example_outputs if path.startswith("email/")}
    assert made == {f"email/{day}.{kind}" for day in DATES for kind in ("html", "txt", "eml")}


@pytest.mark.parametrize("day", DATES)
def test_the_message_is_complete_text_first_then_html(example_outputs: dict[str, bytes], day: str) -> None:
    message = parsed(example_outputs, day)
    assert message.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["From"] == "Test Digest <letters@digest.example>"
    assert message["Date"].datetime.date().isoformat() == day
    assert re.fullmatch(r"<[0-9a-f-]{36}@digest\.example>", message["Message-ID"])
    assert part(message, "plain") == example_outputs[f"email/{day}.txt"].decode()
    assert part(message, "html").strip() == example_outputs[f"email/{day}.html"].decode().strip()
    assert not message.defects


@pytest.mark.parametrize("day", DATES)
def test_lines_are_short_enough_and_end_as_mail_wants_them(example_outputs: dict[str, bytes], day: str) -> None:
    raw = example_outputs[f"email/{day}.eml"]
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_a_long_unsubscribe_address_stays_whole_in_its_header(example_outputs: dict[str, bytes]) -> None:
    head = example_outputs["email/2026-11-21.eml"].split(b"\r\n\r\n")[0].decode("ascii")
    [line] = [line for line in head.split("\r\n") if line.startswith("List-Unsubscribe:")]
    assert re.fullmatch(r"List-Unsubscribe: <https://digest\.example/leave\?list=all&token=\d{70}>", line)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head


def test_without_an_unsubscribe_service_nothing_promises_one_click(make_digest: MakeDigest) -> None:
    paper = "title: A\nabstract: x\ncategories: [vision]\n"
    issue = "number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries: [a]\n"
    site = site_of(make_digest({"content/papers/a.yaml": paper, "content/issues/2026-01-02.yaml": issue}))
    made = {artifact.path: artifact.content for artifact in emails(site)}
    message = parsed(made, "2026-01-02")
    assert message["List-Unsubscribe"] == "<https://digest.example/sub/subscribe/>"
    assert message["List-Unsubscribe-Post"] is None
    assert message["From"] == "Test Digest <digest@digest.example>"


@pytest.mark.parametrize("day", DATES)
def test_the_html_is_what_mail_clients_need(example_outputs: dict[str, bytes], day: str) -> None:
    source = example_outputs[f"email/{day}.html"].decode()
    html = etree.HTML(source)
    assert source.lower().startswith("<!doctype html>")
    assert html.get("lang") == "en"
    assert "prefers-color-scheme: dark" in source
    assert len(html.findall(".//h1")) == 1
    assert all(table.get("role") == "presentation" for table in html.iter("table"))
    assert not {"script", "form", "iframe", "link", "img"} & {
        each.tag for each in html.iter() if isinstance(each.tag, str)
    }
    assert all(link.get("href").startswith(("https://", "http://")) for link in html.iter("a"))
    assert [each for each in html.iter("h2") if each.get("style")], "styles are in the elements"
    assert "class=" in source, "the rules for dark and narrow still find their elements"


@pytest.mark.parametrize("day", DATES)
def test_hostile_text_stays_text_and_intros_keep_only_harmless_elements(
    example_outputs: dict[str, bytes], day: str
) -> None:
    html = etree.HTML(example_outputs[f"email/{day}.html"].decode())
    text = "".join(html.itertext())
    if day == "2026-11-22":
        assert "{{ 7*7 }}" in text
        assert "<script>window.pwned=8</script>" in text
    assert "window.pwned=10" not in text, "a script in an intro is removed with what is in it"


@pytest.mark.parametrize("day", DATES)
def test_the_text_part_lists_every_title_and_address_in_short_lines(
    example_site: Site, example_outputs: dict[str, bytes], day: str
) -> None:
    text = example_outputs[f"email/{day}.txt"].decode()
    issue = next(issue for issue in example_site.issues if issue.key == day)
    for entry in issue.entries:
        assert f"https://digest.example/sub/papers/{entry.paper}/" in text
    too_long = [line for line in text.splitlines() if len(line) > 76 and " " in line.strip() and "://" not in line]
    assert not [line for line in too_long if line[0] < "\u0590"]
    assert issue.preheader not in text
    assert "Unsubscribe: https://digest.example/leave" in text


def test_math_is_readable_in_mail(example_outputs: dict[str, bytes]) -> None:
    for kind in ("html", "txt"):
        assert "Bounds of O(n log n) for α-trees, at $5 and $6" in example_outputs[f"email/2026-11-22.{kind}"].decode()


def test_view_in_browser_leads_to_the_issue_page(example_outputs: dict[str, bytes]) -> None:
    html = etree.HTML(example_outputs["email/2026-11-21.html"].decode())
    [view] = [link.get("href") for link in html.iter("a") if link.text == "View in browser"]
    assert view == "https://digest.example/sub/issues/2026-11-21/"
    assert "docs/issues/2026-11-21.md" in example_outputs


@pytest.mark.parametrize("count", [60, 400])
def test_a_letter_too_large_for_mail_clients_says_less_of_every_paper(make_digest: MakeDigest, count: int) -> None:
    abstract = "Words and more words. " * 10
    papers = "".join(
        f"- {{id: p{n}, title: Paper {n}, abstract: x, categories: [vision], "
        f"summary: {{text: '{abstract}', by: human}}}}\n"
        for n in range(count)
    )
    entries = "".join(f"- {{paper: p{n}, reason: '{abstract}'}}\n" for n in range(count))
    issue = f"number: 1\ntitle: One\nsubject: One\npreheader: One\nintro: One\nentries:\n{entries}"
    site = site_of(make_digest({"content/papers/all.yaml": papers, "content/issues/2026-01-02.yaml": issue}))
    made = {artifact.path: artifact.content.decode() for artifact in emails(site)}
    html = made["email/2026-01-02.html"]
    assert encoded_size(html) <= BUDGET
    assert "Unsubscribe" in html
    shown = html.count("<h2")
    assert shown == count or f"{count - shown} more on the web" in html
    assert made["email/2026-01-02.txt"].count("/papers/p") == count


def test_an_intro_that_is_too_long_by_itself_gives_way_to_the_preheader(make_digest: MakeDigest) -> None:
    paper = "title: A\nabstract: x\ncategories: [vision]\n"
    issue = f"number: 1\ntitle: One\nsubject: One\npreheader: In short\nintro: {'中文字 ' * 3900}\nentries: [a]\n"
    site = site_of(make_digest({"content/papers/a.yaml": paper, "content/issues/2026-01-02.yaml": issue}))
    html = next(each.content.decode() for each in emails(site) if each.path.endswith(".html"))
    assert encoded_size(html) <= BUDGET
    assert html.count("In short") == 2
