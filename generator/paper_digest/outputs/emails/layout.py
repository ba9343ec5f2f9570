"""How a letter is laid out: styles inlined for HTML, lines wrapped for plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

WIDTH = 76


def inliner(styles: str) -> Callable[[str], str]:
    """A function that writes the styles into the elements of a document, as mail clients want them.

    A `<style data-css-inline="keep">` stays where it is: media rules only work there.
    """
    import css_inline

    inline = css_inline.CSSInliner(extra_css=styles, keep_style_tags=False, load_remote_stylesheets=False)
    return inline.inline


def wrapped(words: str, indent: str = "") -> str:
    """Prose in lines of at most 76 characters; an address is never broken."""
    return textwrap.fill(
        words, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def tidy(rendered: str) -> str:
    """A rendered text without trailing spaces or more than one empty line in a row."""
    stripped = "\n".join(line.rstrip() for line in rendered.splitlines())
    return re.sub(r"\n{3,}", "\n\n", stripped).strip() + "\n"
