"""Letters for providers that evaluate templates in what they are given: nothing that strangers wrote may be code there.

A title with `{{ 7*7 }}`, `{% load %}` or `*|FNAME|*` is text. The sign that makes it code is parted from the one before
it by a word joiner, which nobody sees and which no engine skips; entities would be undone by one that parses first.
In addresses, braces are percent-encoded. The provider's own placeholder is put in last, and stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from paper_digest.catalog.records import Issue
from paper_digest.delivery.letters import Filled, shows_where_one_leaves, slot
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import letter_of
from paper_digest.outputs.emails.message import Letter

JOINER = "\u2060"
# Django's and Go's `{{`, Django's `{%` and `{#`, `*|` of merge tags; listmonk turns `…@TrackLink` into a tracked link.
_TRIGGER = re.compile(r"\{(?=[{%#])|\*(?=\|)|@(?=TrackLink)")
_ATTRIBUTE = re.compile(r"""(?<=\s)(?:href|src)="[^"]*\"""")
_IN_PERCENT = {ord("{"): "%7B", ord("}"): "%7D", ord("|"): "%7C", ord("@"): "%40"}


def neutral_text(text: str) -> str:
    """Plain text in which no engine of any provider finds anything to do."""
    return _TRIGGER.sub(lambda found: found.group() + JOINER, text)


def neutral_html(source: str) -> str:
    """HTML in which no engine of any provider finds anything to do."""
    return neutral_text(_ATTRIBUTE.sub(_encoded, source))


def _encoded(attribute: re.Match[str]) -> str:
    found = attribute.group()
    return found if not _TRIGGER.search(found) else found.translate(_IN_PERCENT)


def letter_for_provider(site: Site, issue: Issue, placeholder: str) -> tuple[Letter, Filled]:
    """The letter, and its parts for a provider: neutral, with the provider's placeholder where one leaves the list.

    The letter's subject is neutral too.
    """
    standing_in = slot()
    letter = letter_of(site, issue, standing_in)
    shows_where_one_leaves(letter, standing_in)
    parts = Filled(neutral_html(letter.html), neutral_text(letter.text))
    filled = Filled(*(part.replace(standing_in, placeholder) for part in (parts.html, parts.text)))
    return replace(letter, subject=neutral_text(letter.subject)), filled


def for_go(parts: Filled) -> Filled:
    """The parts for Go's html/template, which listmonk runs over both.

    It takes comments out of HTML, and with them what Outlook needs; given as values they stay. The text part is HTML to
    it as well: a `<script` in a title would make script of the rest, and a template that does not close its elements
    fails for everybody.
    """
    kept = re.sub(r"<!--.*?-->", lambda comment: "{{ Safe `" + comment.group() + "` }}", parts.html, flags=re.DOTALL)
    return Filled(kept, re.sub(r"<(?=[A-Za-z/!?])", "<" + JOINER, parts.text))
