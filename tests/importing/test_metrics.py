"""Counting stars, upvotes and citations: politely, in part when need be, and never at the cost of what is known."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from paper_digest.catalog.snapshots import KEPT_DAYS, Metric, place_of, read_snapshots
from paper_digest.importing.counts import github, hugging_face
from paper_digest.importing.counts.counting import MOST_IN_VAIN, CountingWeb, count
from paper_digest.importing.counts.refreshing import GAUGES, Refreshed, refresh
from paper_digest.importing.found import NothingAdded
from paper_digest.problems import ProblemsFound
from tests.apis import REPOSITORY_URL, Answer, Apis, Asked, half, redirect, says, web_page
from tests.conftest import MakeDigest

DAY = date(2026, 11, 25)
GITHUB, HUGGING_FACE, SCHOLAR = "api.github.com", "huggingface.co", "api.semanticscholar.org"
TOKEN = "made-up-token-of-a-test"

PAPERS = {
    "lantern": "arxiv: '2611.01234'\nlinks: {code: https://github.com/Ada/Lantern}\n",
    "moth": "arxiv: '2611.05678'\nlinks: {code: https://github.com/ada/lantern/tree/main/moth}\n",
    "night": "doi: 10.5555/digest.2026.17\nlinks: {code: https://gitlab.com/ada/night}\n",
    "owl": "links: {code: https://github.com/plato/owl.git}\n",
}


@dataclass
class World:
    """What the APIs know, and how they behave. It answers in their shapes, and as they do: with an ETag."""

    stars: dict[str, int] = field(default_factory=lambda: {"ada/lantern": 320, "plato/owl": 7})
    upvotes: dict[str, int] = field(default_factory=lambda: {"2611.01234": 12})
    citations: dict[str, int] = field(
        default_factory=lambda: {"ARXIV:2611.01234": 40, "ARXIV:2611.05678": 0, "DOI:10.5555/digest.2026.17": 3}
    )
    renamed: dict[str, str] = field(default_factory=dict)
    left: int | None = None
    """How many questions GitHub still answers."""
    over: Answer | None = None
    """What it answers when none are left."""
    private: bool = False

    def answer(self, asked: Asked) -> Answer:
        if asked.host == SCHOLAR:
            return self._scholar(asked)
        return self._github(asked) if asked.host == GITHUB else self._hugging_face(asked)

    def _scholar(self, asked: Asked) -> Answer:
        assert (asked.method, asked.path) == ("POST", "/graph/v1/paper/batch?fields=citationCount")
        names = json.loads(asked.body)["ids"]
        known = [{"paperId": name, "citationCount": self.citations[name]} if name in self.citations else None
                 for name in names]  # fmt: skip
        return Answer(json.dumps(known))

    def _hugging_face(self, asked: Asked) -> Answer:
        arxiv_id = asked.path.removeprefix("/api/papers/")
        if arxiv_id not in self.upvotes:
            return Answer('{"error": "Paper not found"}', 404)
        return _fresh(asked, json.dumps({"id": arxiv_id, "upvotes": self.upvotes[arxiv_id]}), {})

    def _github(self, asked: Asked) -> Answer:
        if self.left is not None and self.left == 0 and self.over:
            return self.over
        headers = {"Cache-Control": "private, max-age=60, s-maxage=60"} if self.private else {}
        if self.left is not None:
            self.left -= 1
            headers |= {"x-ratelimit-remaining": str(self.left), "x-ratelimit-reset": "1795622400"}
        name = asked.path.removeprefix("/repos/")
        if name in self.renamed:
            return redirect(f"https://{GITHUB}/repositories/{self.renamed[name]}", 301)
        name = asked.path.removeprefix("/repositories/").removeprefix("/repos/")
        if name not in self.stars:
            return Answer('{"message": "Not Found"}', 404, headers)
        body = {"full_name": name, "stargazers_count": self.stars[name], "watchers_count": 1}
        return _fresh(asked, json.dumps(body), headers)


def _fresh(asked: Asked, body: str, headers: dict[str, str]) -> Answer:
    tag = f'W/"{hash(body):x}"'
    headers = {**headers, "ETag": tag}
    return Answer("", 304, headers) if asked.headers.get("if-none-match") == tag else Answer(body, 200, headers)


@pytest.fixture
def world(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> World:
    """The APIs with counts for the papers above."""
    world, plain = World(), apis.next_answer

    def answer(asked: Asked) -> Answer:
        told = plain(asked)
        return told if (told.status, told.body) != (404, "{}") else world.answer(asked)

    monkeypatch.setattr(apis, "next_answer", answer)
    return world


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@dataclass
class Run:
    """A digest, and the web that counts for it."""

    root: Path
    apis: Apis
    opened: ExitStack

    def web(self, **settings: Any) -> CountingWeb:
        patient = {"mirror": self.apis.base, "backoff": 0.0, "clock": lambda: 0.0, "sleep": lambda seconds: None}
        return self.opened.enter_context(CountingWeb(REPOSITORY_URL, **{**patient, **settings}))

    def on(self, day: date = DAY, **settings: Any) -> Refreshed:
        self.apis.asked.clear()
        return refresh(self.root, day, self.web(**settings), lambda step: None)

    def asked(self, host: str) -> list[str]:
        return [asked.path for asked in self.apis.asked if asked.host == host]

    def text(self, day: date = DAY) -> str:
        return (self.root / place_of(day)).read_text("utf-8")

    def papers(self, day: date = DAY) -> dict[str, dict[str, int]]:
        papers: dict[str, dict[str, int]] = json.loads(self.text(day))["papers"]
        return papers

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.root / "content/metrics").glob("*"))


@pytest.fixture
def run(make_digest: MakeDigest, apis: Apis, world: World, opened: ExitStack) -> Run:
    return Run(make_digest(_files(PAPERS)), apis, opened)


def _files(papers: dict[str, str]) -> dict[str, str]:
    basics = "title: {}\nabstract: x\ncategories: [vision]\n"
    return {f"content/papers/{name}.yaml": basics.format(name.title()) + more for name, more in papers.items()}


def unknown(refreshed: Refreshed) -> dict[str, int]:
    return {str(tally.metric): tally.unknown for tally in refreshed.tallies}


# ---- what is written -------------------------------------------------------------------------------------------------


def test_a_run_writes_the_days_snapshot_a_paper_a_line_and_leaves_out_what_nobody_knows(run: Run) -> None:
    refreshed = run.on()
    assert run.text() == (
        '{\n "date": "2026-11-25",\n "papers": {\n'
        '  "lantern": {"stars": 320, "upvotes": 12, "citations": 40},\n'
        '  "moth": {"stars": 320, "citations": 0},\n'
        '  "night": {"citations": 3},\n'
        '  "owl": {"stars": 7}\n'
        " }\n}\n"
    )
    assert unknown(refreshed) == {"stars": 0, "upvotes": 1, "citations": 0}
    assert refreshed.changed
    assert refreshed.lines()[-2:] == [
        "Not known, though there is somebody to ask: upvotes of 1.",
        "content/metrics/2026-11-25.json: written.",
    ]


def test_what_is_written_is_read_again_without_a_problem(run: Run) -> None:
    run.on()
    [snapshot], problems = read_snapshots(run.root, DAY)
    assert problems == []
    assert snapshot.papers["lantern"].known() == {Metric.STARS: 320, Metric.UPVOTES: 12, Metric.CITATIONS: 40}


def test_all_citations_are_one_question_and_a_shared_repository_is_asked_for_once(run: Run) -> None:
    run.on()
    assert len(run.asked(SCHOLAR)) == 1
    assert sorted(run.asked(GITHUB)) == ["/repos/ada/lantern", "/repos/plato/owl"]
    assert sorted(run.asked(HUGGING_FACE)) == ["/api/papers/2611.01234", "/api/papers/2611.05678"]


def test_a_digest_with_nobody_to_ask_about_writes_nothing_and_that_is_no_failure(
    make_digest: MakeDigest, apis: Apis, world: World, opened: ExitStack
) -> None:
    run = Run(make_digest(_files({"plain": ""})), apis, opened)
    assert run.on().lines() == ["Known of 0 papers: stars of 0, upvotes of 0, citations of 0.",
                                "There is nothing to write."]  # fmt: skip
    assert apis.asked == []
    assert run.files() == []


def test_the_same_counts_give_the_same_bytes_and_a_second_run_says_so(run: Run) -> None:
    run.on()
    first = run.text()
    again = run.on()
    assert (run.text(), again.changed) == (first, False)
    assert again.lines()[-1] == "content/metrics/2026-11-25.json: is as it was."


def test_a_second_run_on_a_day_takes_newer_counts_and_loses_none(run: Run, world: World) -> None:
    run.on()
    world.stars = {"ada/lantern": 330}
    world.upvotes = {"2611.05678": 1}
    world.citations = {}
    refreshed = run.on()
    assert run.papers() == {
        "lantern": {"stars": 330, "upvotes": 12, "citations": 40},
        "moth": {"stars": 330, "upvotes": 1, "citations": 0},
        "night": {"citations": 3},
        "owl": {"stars": 7},
    }
    assert unknown(refreshed) == {"stars": 0, "upvotes": 0, "citations": 0}


def test_yesterdays_counts_are_not_carried_into_today(run: Run, world: World) -> None:
    run.on(DAY - timedelta(days=1))
    del world.stars["plato/owl"]
    refreshed = run.on()
    assert "owl" not in run.papers()
    assert unknown(refreshed)["stars"] == 1


def test_a_renamed_paper_keeps_its_counts_of_the_day_under_its_new_id(run: Run, world: World) -> None:
    run.on()
    (run.root / "content/papers/owl.yaml").unlink()
    renamed = "title: Owl\nabstract: x\ncategories: [vision]\naliases: [owl]\n"
    (run.root / "content/papers/night-owl.yaml").write_text(renamed, "utf-8")
    run.on()
    assert run.papers()["night-owl"] == {"stars": 7}
    assert "owl" not in run.papers()


def test_daily_snapshots_are_kept_for_a_while_and_then_one_a_month(run: Run) -> None:
    for back in (*range(1, 4), KEPT_DAYS - 1, KEPT_DAYS, KEPT_DAYS + 1, 100, 101):
        day = DAY - timedelta(days=back)
        (run.root / "content/metrics").mkdir(exist_ok=True)
        (run.root / place_of(day)).write_text(f'{{"date": "{day}", "papers": {{}}}}', "utf-8")
    refreshed = run.on()
    assert run.files() == [
        "2026-08-16.json", "2026-10-15.json", "2026-10-17.json",
        "2026-11-22.json", "2026-11-23.json", "2026-11-24.json", "2026-11-25.json",
    ]  # fmt: skip
    assert "2026-10-15.json" in run.files(), "it is the first of its month"
    assert refreshed.removed == (place_of(date(2026, 8, 17)), place_of(date(2026, 10, 16)))


# ---- politeness ------------------------------------------------------------------------------------------------------


def asked_for_changes(run: Run) -> list[bool]:
    """Of each question to GitHub, whether it names the answer that is remembered."""
    return ["if-none-match" in asked.headers for asked in run.apis.asked if asked.host == GITHUB]


@pytest.mark.parametrize("days", [1, 30])
def test_a_later_run_asks_whether_anything_changed_and_takes_no_for_an_answer(
    run: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    cache, later = tmp_path / "cache", DAY + timedelta(days=days)
    run.on(cache=cache)
    assert asked_for_changes(run) == [False, False]
    passed = time.time() + days * 24 * 60 * 60 + 600
    monkeypatch.setattr("time.time", lambda: passed)
    run.on(later, cache=cache)
    assert asked_for_changes(run) == [True, True]
    assert run.papers(later) == run.papers()
    world.stars["ada/lantern"] = 999
    run.on(later + timedelta(days=1), cache=cache)
    assert run.papers(later + timedelta(days=1))["lantern"]["stars"] == 999


def test_what_is_remembered_is_never_taken_without_asking_and_neither_if_it_is_private(
    run: Run, world: World, tmp_path: Path
) -> None:
    world.private = True
    for _ in range(2):
        run.on(cache=tmp_path / "cache", tokens={GITHUB: TOKEN})
    assert asked_for_changes(run) == [True, True]


def test_the_token_goes_to_its_host_alone_and_the_cache_never_holds_it(run: Run, tmp_path: Path) -> None:
    run.on(cache=tmp_path / "cache", tokens={GITHUB: TOKEN})
    sent = {(asked.host, asked.headers.get("authorization")) for asked in run.apis.asked}
    assert sent == {(GITHUB, f"Bearer {TOKEN}"), (HUGGING_FACE, None), (SCHOLAR, None)}
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").iterdir())
    assert b"stargazers_count" in kept
    assert TOKEN.encode() not in kept


def test_a_token_that_is_not_set_is_not_sent(run: Run) -> None:
    run.on(tokens={GITHUB: None})
    assert not any("authorization" in asked.headers for asked in run.apis.asked)


def test_when_no_questions_are_left_no_further_one_is_asked_and_what_was_told_is_kept(run: Run, world: World) -> None:
    world.left = 1
    refreshed = run.on()
    assert len(run.asked(GITHUB)) == 1
    assert unknown(refreshed)["stars"] in {1, 2}
    assert any("answers no more questions before 16:00 UTC; not counted in this run: 1" in each
               for each in refreshed.notes)  # fmt: skip
    assert run.papers()["lantern"]["citations"] == 40, "the others were asked all the same"


@pytest.mark.parametrize("status", [403, 429])
def test_a_refusal_ends_the_questions_to_that_api_at_once(run: Run, world: World, status: int) -> None:
    world.left = 0
    world.over = Answer("{}", status, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795622400"})
    refreshed = run.on()
    assert len(run.asked(GITHUB)) == 1, "it does not insist"
    assert unknown(refreshed)["stars"] == 3
    assert run.papers()["lantern"] == {"upvotes": 12, "citations": 40}


def test_what_was_not_counted_for_lack_of_questions_comes_first_the_next_time(run: Run, world: World) -> None:
    world.left = 1
    run.on()
    [first] = run.asked(GITHUB)
    world.left = 1
    run.on(DAY + timedelta(days=1))
    [second] = run.asked(GITHUB)
    assert {first, second} == {"/repos/ada/lantern", "/repos/plato/owl"}
    world.left = 2
    run.on(DAY + timedelta(days=2))
    assert run.asked(GITHUB) == [first, second], "the one that was counted longest ago is first"


def test_nothing_waits_for_ever_behind_what_nobody_knows(
    make_digest: MakeDigest, apis: Apis, world: World, opened: ExitStack
) -> None:
    papers = {f"p{at}": f"links: {{code: https://github.com/gone/r{at}}}\n" for at in range(5)}
    run = Run(make_digest(_files({**papers, "owl": PAPERS["owl"]})), apis, opened)
    run.on()
    asked = []
    for back in range(1, 60):
        world.left = 1
        run.on(DAY + timedelta(days=back))
        asked += run.asked(GITHUB)
    assert asked.count("/repos/plato/owl") > 1
    assert len(set(asked)) == 6


# ---- repositories ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/Ada/Lantern", "ada/lantern"),
        ("http://www.github.com/ada/lantern.git", "ada/lantern"),
        ("https://github.com/ada/lantern/tree/main/src", "ada/lantern"),
        ("https://github.com/ada/lantern/blob/main/README.md#use", "ada/lantern"),
        ("https://github.com/ada/lantern.js?tab=readme", "ada/lantern.js"),
        ("https://github.com/ada", None),
        ("https://github.com/", None),
        ("https://github.com/orgs/ada", None),
        ("https://github.com/topics/mri", None),
        ("https://github.com/ada/..", None),
        ("https://github.com/ada/la%2Fntern", None),
        ("https://gist.github.com/ada/0123456789", None),
        ("https://ada.github.io/lantern", None),
        ("https://github.com.example.org/ada/lantern", None),
        ("https://gitlab.com/ada/lantern", None),
    ],
)
def test_a_repository_is_found_in_the_links_that_lead_into_it_and_in_no_others(url: str, name: str | None) -> None:
    assert github.repository(url) == name


def test_a_renamed_repository_is_counted_at_its_new_place_and_told(run: Run, world: World, tmp_path: Path) -> None:
    world.renamed = {"plato/owl": "academy/owl"}
    world.stars["academy/owl"] = 8
    for day in (DAY, DAY + timedelta(days=1)):
        refreshed = run.on(day, cache=tmp_path / "cache", tokens={GITHUB: TOKEN})
        assert run.papers(day)["owl"] == {"stars": 8}
        assert "github.com/plato/owl: is called academy/owl now" in refreshed.notes
    assert all(asked.headers["authorization"] for asked in run.apis.asked if asked.host == GITHUB)


def test_a_repository_that_is_gone_is_unknown_and_told_and_the_others_are_counted(run: Run, world: World) -> None:
    del world.stars["plato/owl"]
    refreshed = run.on()
    assert "github.com/plato/owl: there is no such repository (any more)" in refreshed.notes
    assert "owl" not in run.papers()
    assert run.papers()["lantern"]["stars"] == 320


# ---- failures --------------------------------------------------------------------------------------------------------


def test_one_failing_answer_costs_one_count(run: Run, world: World) -> None:
    run.apis.fault(GITHUB, "/repos/plato/owl", *[says(500)] * 4)
    refreshed = run.on()
    assert unknown(refreshed)["stars"] == 1
    assert any(note.startswith("plato/owl: api.github.com said 500") for note in refreshed.notes)
    assert run.papers()["moth"]["stars"] == 320


def test_a_server_in_trouble_is_left_alone_after_some_failures(
    make_digest: MakeDigest, apis: Apis, world: World, opened: ExitStack
) -> None:
    papers = {f"p{at}": f"arxiv: '2611.0{at:04}'\n" for at in range(9)}
    run = Run(make_digest(_files(papers)), apis, opened)
    apis.fault(HUGGING_FACE, "/", *[says(503)] * 99)
    world.citations = {"ARXIV:2611.00003": 1}
    refreshed = run.on()
    assert len(set(run.asked(HUGGING_FACE))) == MOST_IN_VAIN
    assert any(note.endswith(f"not counted in this run: {9 - MOST_IN_VAIN + 1}") for note in refreshed.notes)
    assert run.papers() == {"p3": {"citations": 1}}


@pytest.mark.parametrize("host", [GITHUB, HUGGING_FACE, SCHOLAR])
@pytest.mark.parametrize("fault", [says(500), says(403), half("[1, 2"), web_page(), Answer("[]"), Answer('"?"')])
def test_whatever_an_api_answers_the_others_are_counted(run: Run, host: str, fault: Answer) -> None:
    run.apis.fault(host, "/", *[fault] * 40)
    refreshed = run.on()
    known = {str(tally.metric): tally.known for tally in refreshed.tallies}
    metric = {GITHUB: "stars", HUGGING_FACE: "upvotes", SCHOLAR: "citations"}[host]
    assert known.pop(metric) == 0
    assert all(known.values())


@pytest.mark.parametrize("said", ["-1", "1.5", "null", '"12"', "true", "[]", "1e400", "10000000000", "NaN"])
def test_a_count_that_is_none_is_unknown(run: Run, said: str) -> None:
    run.apis.answer(HUGGING_FACE, "/api/papers/2611.01234", f'{{"upvotes": {said}}}')
    run.on()
    assert run.papers()["lantern"] == {"stars": 320, "citations": 40}
    assert read_snapshots(run.root, DAY)[1] == []


def test_whole_numbers_from_0_on_are_counts() -> None:
    assert [count(value) for value in (0, 7, -1, 1.0, True, "3", None)] == [0, 7, None, None, None, None, None]


def test_citations_of_an_answer_of_another_length_are_nobodys(run: Run) -> None:
    run.apis.answer(SCHOLAR, "/graph", json.dumps([{"citationCount": 5}]))
    run.on()
    assert not any("citations" in counts for counts in run.papers().values())


def test_when_nobody_answers_nothing_is_changed_and_it_says_so(run: Run) -> None:
    run.on()
    before = (run.text(), run.files())
    for host in (GITHUB, HUGGING_FACE, SCHOLAR):
        run.apis.fault(host, "/", *[says(503)] * 99)
    with pytest.raises(NothingAdded, match="nobody answered: is this computer online"):
        run.on()
    with pytest.raises(NothingAdded):
        run.on(DAY + timedelta(days=KEPT_DAYS))
    assert (run.text(), run.files()) == before


def test_without_a_network_nothing_is_changed(run: Run) -> None:
    with pytest.raises(NothingAdded, match="cannot be reached"):
        run.on(mirror="http://127.0.0.1:9")
    assert run.files() == []


def test_a_faulty_snapshot_stops_the_run_before_anybody_is_asked(run: Run) -> None:
    (run.root / "content/metrics").mkdir()
    (run.root / place_of(DAY)).write_text('{"date": "2026-11-25", "papers": {"owl": {"stars": -1}}}', "utf-8")
    with pytest.raises(ProblemsFound, match="`-1` is not a count"):
        run.on()
    assert run.apis.asked == []


def test_every_metric_has_somebody_to_ask() -> None:
    assert {gauge.metric for gauge in GAUGES} == set(Metric)
    assert (github.HOST, hugging_face.HOST) == (GITHUB, HUGGING_FACE)
