"""The text of an issue that a form made, taken apart into questions and answers.

GitHub writes `### question`, an empty line and the answer, for all questions in the form's order, and `_No response_`
where nothing was answered. Some answers are texts that may have headings of their own, even one that reads like a
question. So a text is first read as what GitHub writes: the first question at its beginning, all others in order, each
between empty lines, and none without an answer. Mostly there is one such way. Of several, that one counts in which all
other headings that read like a question stand in blocks of code.

Whoever edits an issue by hand, or opens it without the form, may have left questions out, or changed their order. Then
a heading is a question if it is the only one that reads so. Nothing else is guessed: it is told, with what to do.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from paper_digest.importing.found import NothingAdded
from paper_digest.words.signs import FORBIDDEN

NO_ANSWER = "_No response_"
HEADING = "### "

# The questions of add-paper.yml, then those of correct-paper.yml.
LINK, CATEGORY, TAGS, SUMMARY = "Link or id", "Category", "Tags", "One sentence"
TITLE, AUTHORS, ABSTRACT = "Title", "Authors", "Abstract"
PAPER, WHAT, RIGHT, PROOF = "Paper", "What is wrong?", "What is right?", "Where is that said?"

Answers = Mapping[str, str]

_UNREADABLE = re.compile(f"{FORBIDDEN.pattern}|\ufffd")


@dataclass(frozen=True)
class Form:
    """A form: its questions in its order, those that leave room for one line, and those whose answers are texts.

    Texts may have headings of their own. A list, as of authors, is neither.
    """

    questions: tuple[str, ...]
    lines: frozenset[str]
    texts: frozenset[str]

    @cached_property
    def labels(self) -> frozenset[str]:
        """The questions as they stand in an issue."""
        return frozenset(HEADING + question for question in self.questions)


ADDITION = Form(
    (LINK, CATEGORY, TAGS, SUMMARY, TITLE, AUTHORS, ABSTRACT),
    lines=frozenset({LINK, CATEGORY, TAGS, TITLE}),
    texts=frozenset({SUMMARY, ABSTRACT}),
)
CORRECTION = Form((PAPER, WHAT, RIGHT, PROOF), lines=frozenset({PAPER, WHAT}), texts=frozenset({RIGHT, PROOF}))
_FORMS = (ADDITION, CORRECTION)


@dataclass(frozen=True)
class Filled:
    """A form as somebody filled it in. A question that was left empty has no answer."""

    form: Form
    answers: Answers
    unread: tuple[str, ...] = ()
    """Headings that are no question, below answers that can have none."""


Places = tuple[int, ...]
"""The lines of a form's questions, in its order."""


def read(body: str) -> Filled:
    """The form that an issue holds. Raises NothingAdded when there is none, and when it can be read in several ways."""
    lines = [line.rstrip() for line in re.split(r"\r\n?|\n", body)]
    filled = _as_rendered(lines) or _as_edited(lines)
    if faults := [fault for question, answer in filled.answers.items() for fault in _invisible(question, answer)]:
        raise NothingAdded(faults)
    return filled


def _invisible(question: str, answer: str) -> Iterator[str]:
    """Characters that nobody sees, and that may stand where a letter was lost, are for the contributor to look at."""
    if found := _UNREADABLE.search(answer):
        before = " ".join(_UNREADABLE.sub("", answer[max(0, found.start() - 30) : found.start()]).split())
        where = f"after “{before}”" if before else "at its beginning"
        yield (
            f"the answer to “{question}” holds a character that cannot be read (U+{ord(found.group()):04X}) {where}: "
            "type the words around it anew"
        )


def _filled(form: Form, lines: Sequence[str], spans: Mapping[str, tuple[int, int]]) -> Filled:
    """The answers below questions, each from the question's line to where it ends."""
    answers: dict[str, str] = {}
    unread: list[str] = []
    for question, (start, end) in spans.items():
        answer = [*lines[start + 1 : end]]
        headings = [at for at, line in enumerate(answer) if line.startswith(HEADING)]
        # One that is all of the answer is no other question, but an odd title.
        if question not in form.texts and headings and len([*filter(None, answer)]) > 1:
            unread += [answer[at].removeprefix(HEADING) for at in headings]
            del answer[headings[0] :]
        if told := _without_none(answer):
            answers[question] = told
    return Filled(form, answers, tuple(unread))


def _without_none(answer: Sequence[str]) -> str:
    """An answer without the words for none, before or behind which somebody may have written one by hand."""
    words = "\n".join(answer).strip()
    return words.removeprefix(f"{NO_ANSWER}\n").removesuffix(f"\n{NO_ANSWER}").strip() if words != NO_ANSWER else ""


# ---- as GitHub writes it ---------------------------------------------------------------------------------------------


def _as_rendered(lines: Sequence[str]) -> Filled | None:
    """A form as GitHub writes it; None when the lines are none."""
    for form in _FORMS:
        ways = [way for way in _ways(form, lines) if _is_answered(form, lines, way)]
        if len(ways) > 1:
            ways = _leaves_none(form, lines, ways) or ways
        if len(ways) > 1:
            raise NothingAdded(_doubtful(form, ways))
        for way in ways:
            return _filled(form, lines, dict(zip(form.questions, _spans(lines, way), strict=True)))
    return None


def _ways(form: Form, lines: Sequence[str]) -> list[Places]:
    """All choices of lines for a form's questions in which no answer but a text holds what reads like one."""
    apart = ["", *lines, ""]
    labels = [at for at, line in enumerate(lines) if line in form.labels and not apart[at] and not apart[at + 2]]
    if not labels or any(lines[: labels[0]]):
        return []
    ways: list[Places] = [(0,)] if lines[labels[0]] == HEADING + form.questions[0] else []
    for before, question in pairwise(form.questions):
        named = [number for number, at in enumerate(labels) if lines[at] == HEADING + question]
        ways = [(*way, number) for way in ways for number in _next(way[-1], named, anywhere=before in form.texts)]
    return [tuple(labels[number] for number in way) for way in ways]


def _next(last: int, named: Sequence[int], *, anywhere: bool) -> Sequence[int]:
    """Those of some numbers, which rise, that may follow another one."""
    first = bisect_right(named, last)
    return named[first:] if anywhere else [number for number in named[first : first + 1] if number == last + 1]


def _spans(lines: Sequence[str], way: Places) -> Iterator[tuple[int, int]]:
    return pairwise((*way, len(lines)))


def _is_answered(form: Form, lines: Sequence[str], way: Places) -> bool:
    """Whether each question has an answer as GitHub writes it: something, of one line where there is room for one."""
    for question, (start, end) in zip(form.questions, _spans(lines, way), strict=True):
        words = (lines[at] for at in range(start + 1, end) if lines[at])
        first = next(words, "")
        is_one_line = question in form.lines or first == NO_ANSWER
        if not first or (is_one_line and next(words, "")):
            return False
    return True


def _leaves_none(form: Form, lines: Sequence[str], ways: Sequence[Places]) -> list[Places]:
    """The ways that leave nothing that reads like a question in an answer, outside its blocks of code."""
    labels = [at for at, line in enumerate(lines) if line in form.labels]
    fences = _fences(lines)

    def is_loose(start: int, end: int) -> bool:
        held = labels[bisect_right(labels, start) : bisect_left(labels, end)]
        return bool(held) and not _in_code(fences, start, end).issuperset(held)

    return [way for way in ways if not any(is_loose(start, end) for start, end in _spans(lines, way))]


def _doubtful(form: Form, ways: Sequence[Places]) -> list[str]:
    choices = dict(zip(form.questions, zip(*ways, strict=True), strict=True))
    return [_twice(question) for question, places in choices.items() if len(set(places)) > 1]


def _twice(question: str) -> str:
    return (
        f"“{HEADING}{question}” stands here more than once, and it cannot be told which is the form's: "
        f"where it belongs to an answer, write it as “#{HEADING}{question}”"
    )


_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


def _fences(lines: Sequence[str]) -> list[tuple[int, str, str]]:
    """The lines that may open or close a block of code, with their marks and what stands behind these."""
    found = ((at, _FENCE.fullmatch(line)) for at, line in enumerate(lines))
    return [(at, fence[1], fence[2].strip()) for at, fence in found if fence]


def _in_code(fences: Sequence[tuple[int, str, str]], start: int, end: int) -> set[int]:
    """Which lines behind one and before another stand in blocks of code; one that is never closed is none."""
    found: set[int] = set()
    opened_at, opened = 0, ""
    for at, marks, words in fences:
        if not start < at < end:
            continue
        if not opened and not ("`" in marks and "`" in words):
            opened_at, opened = at, marks
        elif opened and marks.startswith(opened) and not words:
            found.update(range(opened_at, at + 1))
            opened = ""
    return found


# ---- as somebody edited it -------------------------------------------------------------------------------------------


def _as_edited(lines: Sequence[str]) -> Filled:
    """A form with questions left out, in another order, or without empty lines. Raises NothingAdded."""
    quoted = _in_code(_fences(lines), -1, len(lines))
    headings = [at for at, line in enumerate(lines) if line.startswith(HEADING)]
    loose = [at for at in headings if at not in quoted]
    form = _form_of({lines[at].removeprefix(HEADING) for at in loose})
    if doubts := list(_doubts(form, [lines[at] for at in loose], [lines[at] for at in headings])):
        raise NothingAdded(doubts)
    asked = [at for at in loose if lines[at] in form.labels]
    spans = {lines[start].removeprefix(HEADING): (start, end) for start, end in pairwise([*asked, len(lines)])}
    return _filled(form, lines, spans)


def _form_of(headings: set[str]) -> Form:
    """The form whose questions stand among headings. Raises NothingAdded when that is none, or both."""
    found = [form for form in _FORMS if headings & set(form.questions)]
    if len(found) == 1:
        return found[0]
    if found:
        first, second = (next(each for each in form.questions if each in headings) for form in found)
        raise NothingAdded(
            [
                f"questions of two forms stand here, “{HEADING}{first}” and “{HEADING}{second}”: leave those of one; "
                f"where a heading belongs to an answer, write it with four “#”"
            ]
        )
    raise NothingAdded(
        [
            "this is neither of the forms “Add a paper” and “Correct a paper”: open one of them, "
            f"or write a heading “{HEADING}{LINK}” and the link below it"
        ]
    )


def _doubts(form: Form, loose: Sequence[str], all_of_them: Sequence[str]) -> Iterator[str]:
    for question in form.questions:
        label = HEADING + question
        if loose.count(label) > 1:
            yield _twice(question)
        elif label in all_of_them and label not in loose:
            yield (
                f"“{label}” stands in a block of code, and it cannot be told whether it is the form's: if it is, "
                f"close the block before it; if it belongs to an answer, write it as “#{label}”"
            )
