"""An issue form taken in: files written, checked, and kept if `check` has nothing against them; and the answer.

The answer is Markdown for the issue. The form's text, and everything found by it, comes from strangers: it is shown in
blocks of code alone, which nothing in it can close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path

from paper_digest.catalog.source import read_text
from paper_digest.curating import form_text, forms
from paper_digest.digest.opening import examine
from paper_digest.importing import adding
from paper_digest.importing.found import NothingAdded
from paper_digest.importing.web import Web
from paper_digest.problems import Problem, ProblemsFound, errors_of
from paper_digest.words.signs import cleaned
from paper_digest.writing.changes import Change, carry_out
from paper_digest.writing.folder import Folder

LONGEST_ANSWER = 50_000
"""A comment holds 65,536 characters."""
_IN_A_ROW = re.compile(r"`(?:[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f]*`){2,}")


@dataclass(frozen=True)
class Outcome:
    """Whether a form was taken in, the title that a pull request may have, and the answer."""

    is_taken: bool
    title: str
    answer: str


def take_in(root: Path, body: str, today: date, web: Web) -> Outcome:
    """Write what a form says, if it can be, and check it; otherwise nothing is changed, and the answer says why."""
    unread: list[str] = []
    try:
        filled = form_text.read(body)
        unread = [f"not read: what stands below “{form_text.HEADING}{heading}”" for heading in filled.unread]
        if filled.form is form_text.CORRECTION:
            return _take_correction(root, filled.answers, today, unread)
        return _take_paper(root, filled.answers, today, web, unread)
    except NothingAdded as nothing:
        return _refused(" ".join(reason.split()) for reason in [*nothing.reasons, *unread])
    except ProblemsFound as found:
        return _refused([*map(str, found.problems), *unread])


def _take_paper(root: Path, given: form_text.Answers, today: date, web: Web, unread: Sequence[str]) -> Outcome:
    made = forms.added(root, given, today, web)
    if problems := _written(root, today, [Change.new(place, text) for place, text in made.texts(root)]):
        return _refused(problems)
    ids = ", ".join(draft.paper.id for _, draft in made.drafts)
    texts = [text for _, text in made.texts(root)]
    told = _code([*unread, *adding.report(made, dry_run=True), "", *texts])
    return Outcome(True, f"Add {ids}", f"Thank you. This is what would be added:\n\n{told}")


def _take_correction(root: Path, given: form_text.Answers, today: date, unread: Sequence[str]) -> Outcome:
    correction = forms.corrected(root, given, today)
    rewrite = correction.rewrite
    old = read_text(rewrite.path, rewrite.shown_as)
    if problems := _written(root, today, [rewrite.change(root)]):
        return _refused(problems)
    changed = ", ".join(correction.changed)
    change = unified_diff(old.splitlines(), rewrite.fresh.splitlines(), lineterm="", n=1)
    told = _code([*unread, rewrite.shown_as, *list(change)[2:]])
    return Outcome(True, f"Correct {correction.paper.id}: {changed}", f"Thank you. This is changed:\n\n{told}")


def _written(root: Path, today: date, changes: list[Change]) -> list[str]:
    """Write files, if `check` has nothing new against the digest then; otherwise tell what, and put all back."""
    known = set(errors_of(examine(root, today).problems))
    with Folder(root) as folder:
        before = [Change(change.place, folder.read(change.place)) for change in changes]
    carry_out(root, changes)
    errors = [problem for problem in errors_of(examine(root, today).problems) if problem not in known]
    if errors:
        carry_out(root, before)
    new = {change.place for change in before if change.content is None}
    return list(dict.fromkeys(_told(problem, new) for problem in errors))


def _told(problem: Problem, new: set[str]) -> str:
    """A problem, without its place where that is a file that nobody will find."""
    place = f"{problem.where}: "
    return str(problem).removeprefix(place) if problem.where.path in new else str(problem)


def _refused(reasons: Iterable[str]) -> Outcome:
    words = "This could not be taken in as it is. You can edit the issue above, and it will be tried again."
    return Outcome(False, "", f"{words}\n\n{_code(reasons)}")


def _code(lines: Iterable[str]) -> str:
    """Lines in a block of code that nothing in them can close.

    First what is invisible goes, then what is too long; of many backticks in a row that are left, two are shown. Those
    between which only signs without a width stand are in a row too, in case that somebody strips more later.
    """
    text = cleaned("\n".join(lines)).rstrip()[:LONGEST_ANSWER]
    return f"```text\n{_IN_A_ROW.sub('``', text)}\n```\n"
