"""The curators' own Markdown, as an issue's intro: rendered once, for page, feed and mail alike."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

from paper_digest.words.signs import FORBIDDEN

_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "br", "h3", "h4"}


@lru_cache(maxsize=256)
def html(source: str) -> Markup:
    """Markdown as HTML of a few harmless elements; anything else in it is removed."""
    import markdown
    import nh3

    rendered = markdown.markdown(source, extensions=["sane_lists", "smarty"], output_format="html")
    clean = nh3.clean(
        rendered, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel=None
    )
    # In one line, so that no line of it can mean something to the Markdown around it.
    return Markup(" ".join(FORBIDDEN.sub("", clean).split()))  # noqa: S704 - that is the cleaning


def paragraphs(source: str) -> list[str]:
    """The Markdown's paragraphs as plain text, with the address of a link behind its words."""
    import html as entities

    rendered = str(html(source))
    rendered = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", rendered, flags=re.DOTALL)
    rendered = re.sub(r"<li>", "– ", rendered)
    blocks = re.split(r"</(?:p|li|h3|h4)>", rendered)
    texts = (" ".join(entities.unescape(re.sub(r"<[^>]+>", "", block)).split()) for block in blocks)
    return [paragraph for paragraph in texts if paragraph]
