"""Walks a built site by its links, as a reader or a search engine would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import html

ORIGIN = "https://site.example"


def file_of(site: Path, base: str, url: str) -> Path | None:
    """The file that a URL of the site leads to, if there is one."""
    path = unquote(urlsplit(url).path)
    if not path.startswith(base):
        return None
    file = site / path.removeprefix(base)
    if path.endswith("/"):
        file /= "index.html"
    return file if file.is_file() else None


def broken_links(
    site: Path, base: str, passed_over: Callable[[str, str], bool] = lambda page, link: False
) -> tuple[set[str], list[str]]:
    """All URLs that can be reached from home, and the links among them that lead nowhere.

    Told the address of a page and a link on it, `passed_over` says which ones are not looked at.
    """
    start = f"{ORIGIN}{base}"
    reached, waiting, broken = {start}, [start], []
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        url = waiting.pop()
        file = file_of(site, base, url)
        if file is None:
            broken.append(url)
            continue
        if file.suffix != ".html":
            continue
        document = html.fromstring(file.read_bytes())
        anchors[url] = {element.get("id") for element in document.iter() if element.get("id")}
        for element, attribute, link, _ in document.iterlinks():
            if (
                attribute not in {"href", "src"}
                or link.startswith(("mailto:", "data:"))
                or element.get("rel") == "canonical"
                or passed_over(url, link)
            ):
                continue
            target, anchor = urldefrag(urljoin(url, link))
            if not target.startswith(ORIGIN):
                continue
            if anchor:
                wanted.append((url, target, anchor))
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    broken += [
        f"{url} → {target}#{anchor}" for url, target, anchor in wanted if anchor not in anchors.get(target, set())
    ]
    return reached, broken
