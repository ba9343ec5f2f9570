"""Who the site is: identity from mkdocs.yml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from paper_digest import reading
from paper_digest.digest.config import CONFIG, read_config
from paper_digest.problems import Problem, ProblemsFound, SourceRef
from paper_digest.urls import published_at, web_address


@dataclass(frozen=True)
class Identity:
    """Who the site is. `url` is its full address and ends with a slash."""

    name: str
    description: str
    url: str
    repo_url: str | None
    edit_uri: str
    language: str
    nav: tuple[str, ...] = ()
    """The pages that the navigation and the footer name, as addresses."""

    @property
    def host(self) -> str:
        """The site's host name."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def base_path(self) -> str:
        """The path under which the site is served; begins and ends with a slash."""
        return urlsplit(self.url).path or "/"

    def edit_link(self, where: SourceRef) -> str | None:
        """Where a file can be edited on the web; a record within a list is shown there instead."""
        if self.repo_url is None:
            return None
        base = self.repo_url.rstrip("/")
        if where.column == 1:
            return f"{base}/{self.edit_uri}{quote(where.path)}"
        return f"{base}/{self.edit_uri.replace('edit/', 'blob/', 1)}{quote(where.path)}#L{where.line}"

    def form(self, name: str, **filled_in: str) -> str | None:
        """Where an issue form of the digest's repository is opened, filled in."""
        if self.repo_url is None:
            return None
        values = urlencode({"template": f"{name}.yml", **filled_in}, quote_via=quote)
        return f"{self.repo_url.rstrip('/')}/issues/new?{values}"


def read_identity(root: Path) -> Identity:
    """The identity in a digest's mkdocs.yml. Raises ProblemsFound when it is missing, broken or lacks an address."""
    path = root / CONFIG
    if not reading.stands(path):
        above = next((parent for parent in root.parents if (parent / CONFIG).is_file()), None)
        create = "create it, with site_name, site_url and theme"
        remedy = f"the digest seems to be above, in {above}: go there, or name it with --root" if above else create
        raise ProblemsFound([Problem(SourceRef(CONFIG), "the file is missing", remedy)])
    values = read_config(root).values
    problems = list(_faults(values))
    if problems:
        raise ProblemsFound(problems)
    theme = values.get("theme")
    return Identity(
        name=str(values["site_name"]),
        description=str(values.get("site_description") or values["site_name"]),
        url=str(values["site_url"]).rstrip("/") + "/",
        repo_url=str(values["repo_url"]) if values.get("repo_url") else None,
        edit_uri=str(values.get("edit_uri") or "edit/main/").rstrip("/") + "/",
        language=str(theme.get("language", "en")) if isinstance(theme, dict) else "en",
        nav=tuple(_named_pages(values)),
    )


def _named_pages(values: dict[str, Any]) -> Iterator[str]:
    extra = values.get("extra")
    footer = extra.get("footer") if isinstance(extra, dict) else None
    yield from (str(address) for address in (footer.values() if isinstance(footer, dict) else ()))
    waiting: list[Any] = [values.get("nav")]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, str) and item.endswith(".md"):
            yield published_at(item)


def _faults(values: dict[str, Any]) -> Iterator[Problem]:
    for key in ("site_name", "site_description"):
        value = values.get(key)
        if key == "site_name" and not (isinstance(value, str) and value.strip()):
            yield _fault("`site_name` is missing", "add it: site_name: The digest's name")
        elif value and not (isinstance(value, str) and value.isprintable() and not set(value) & set("<>")):
            yield _fault(f"`{key}` must be one line of text without < and >", "write it in plain words")
    if not _is_address(values.get("site_url")):
        remedy = "add the address under which the site is published: site_url: https://…/ (feeds and email need it)"
        yield _fault("`site_url` is missing, or is not a plain web address", remedy)
    if values.get("repo_url") and not _is_address(values["repo_url"]):
        yield _fault("`repo_url` is not a plain web address", "write it from https:// on, or delete the line")


def _is_address(value: object) -> bool:
    try:
        parts = urlsplit(web_address(str(value)))
    except ValueError:
        return False
    is_name = bool(re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", parts.hostname or ""))
    return is_name and str(value).isascii() and not parts.query and not parts.fragment


def _fault(what: str, remedy: str) -> Problem:
    return Problem(SourceRef(CONFIG), what, remedy)
