"""Which signs may stand in the catalog, and in whatever is made of it."""

from __future__ import annotations

import re

# Controls that no text needs (C0 without tab and newline, DEL, C1), surrogates, noncharacters, the mark of byte order,
# and the marks that turn the direction of text around: they break feeds and mail, or make a text read differently from
# what it is. Signs of private use mean nothing, and harm nobody.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
# And the line breaks that YAML knows and hardly anybody else: they make lines miscount.
IN_NO_FILE = re.compile(rf"{FORBIDDEN.pattern}|[\x85\u2028\u2029]")


_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def cleaned(text: str) -> str:
    """A text without what is forbidden, with line feeds at the ends of its lines: nothing is left to strip later."""
    return FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def may_stand_in_a_line(text: str) -> bool:
    """Whether a text holds nothing that is forbidden, and is one line."""
    return not IN_NO_FILE.search(text) and not re.search(r"[\t\n\r]", text)
