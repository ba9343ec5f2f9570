import gzip
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paper_digest.importing.web import LARGEST_BODY, LONGEST_WAIT, FetchFailed, NotFound
from tests.apis import Answer, Apis, half, redirect, says, slow_down, stall, web_page

HOST = "api.example.org"
URL = f"https://{HOST}/thing?q=a%2Fb"
MILLIONS = b"0" * (LARGEST_BODY * 3 // 2)


def test_a_request_says_who_asks_and_what_for(apis: Apis) -> None:
    apis.answer(HOST, "/thing", "text")
    assert apis.web().text(URL, "text/csv") == "text"
    [asked] = apis.asked
    assert asked.headers["user-agent"].startswith("paper-digest/")
    assert asked.headers["user-agent"].endswith(" (+https://code.example/team/digest)")
    assert asked.headers["accept"] == "text/csv"


def test_over_a_mirror_the_host_is_the_first_part_of_the_path_and_the_rest_stays_as_it_was(apis: Apis) -> None:
    apis.answer(HOST, "/", "text")
    apis.web().text(URL)
    assert (apis.asked[0].host, apis.asked[0].path) == (HOST, "/thing?q=a%2Fb")
    assert apis.asked[0].headers["host"] == apis.base.removeprefix("http://")


def test_json_is_asked_for_and_posted(apis: Apis) -> None:
    apis.answer(HOST, "/thing", '{"a": [1]}')
    assert apis.web().json(URL) == {"a": [1]}
    assert apis.web().post_json(URL, {"ids": ["ä"]}) == {"a": [1]}
    assert (apis.asked[1].method, apis.asked[1].headers["content-type"]) == ("POST", "application/json")
    assert apis.asked[1].body.decode() == '{"ids":["ä"]}'


# ---- faults ----------------------------------------------------------------------------------------------------------


def impatient(fault: Answer) -> dict[str, float]:
    """A short patience where the server never answers, and only there: a busy machine may answer late."""
    return {"read_timeout": 1.0} if fault.stalls else {}


@pytest.mark.parametrize("fault", [says(500), says(502), says(503), slow_down(), half(), stall()])
def test_what_passes_is_tried_again(apis: Apis, fault: Answer) -> None:
    apis.answer(HOST, "/thing", "text")
    apis.fault(HOST, "/thing", fault, fault)
    assert apis.web(**impatient(fault)).text(URL) == "text"
    assert len(apis.asked) == 3


def test_a_question_that_is_posted_is_tried_again_too(apis: Apis) -> None:
    apis.answer(HOST, "/thing", "[]")
    apis.fault(HOST, "/thing", says(500), half("[1, 2, 3, 4]"))
    assert apis.web().post_json(URL, {"a": 1}) == []
    assert [asked.body for asked in apis.asked] == [b'{"a":1}'] * 3


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (says(500), "api.example.org said 500, 4 times: the trouble is there; try again later"),
        (slow_down(), "api.example.org asks to slow down (429): try again in some minutes"),
        (half(), "the answer of api.example.org broke off in the middle, 4 times; try again later"),
        (stall(), "api.example.org did not answer in time, 4 times; try again later"),
    ],
)
def test_what_does_not_pass_is_told_in_a_sentence(apis: Apis, fault: Answer, sentence: str) -> None:
    apis.fault(HOST, "/thing", *[fault] * 9)
    with pytest.raises(FetchFailed) as failed:
        apis.web(**impatient(fault)).text(URL)
    assert str(failed.value) == sentence
    assert len(apis.asked) == 4


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (web_page(), "sent a web page where data was asked for"),
        (Answer("{", headers={"Content-Type": "application/json"}), "sent an answer that is no JSON"),
        (Answer("[" * 100_000), "sent an answer that is no JSON"),
        (says(403), "refuses programs at the moment (403)"),
        (says(400), "did not accept the question (400)"),
        (Answer(MILLIONS), "sent more than 20 MB"),
        (Answer(gzip.compress(MILLIONS), headers={"Content-Encoding": "gzip"}), "sent more than 20 MB"),
        (Answer("x", headers={"Content-Encoding": "gzip, gzip"}), "packed its answer more than once"),
    ],
)
def test_what_another_try_cannot_mend_is_told_at_once(apis: Apis, answer: Answer, sentence: str) -> None:
    apis.fault(HOST, "/thing", *[answer] * 9)
    with pytest.raises(FetchFailed) as failed:
        apis.web().json(URL)
    assert str(failed.value).startswith(f"api.example.org {sentence}")
    assert len(apis.asked) == 1


def test_what_is_not_there_is_told_apart(apis: Apis) -> None:
    with pytest.raises(NotFound) as failed:
        apis.web().text(URL)
    assert failed.value.status == 404


def test_without_a_network_the_computer_is_suspected(apis: Apis) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(FetchFailed, match=r"^api\.example\.org cannot be reached: is this computer online\?$"):
        apis.web(mirror=closed).text(URL)


def test_a_packed_answer_is_unpacked(apis: Apis) -> None:
    apis.answer(HOST, "/thing", gzip.compress("größer".encode()), headers={"Content-Encoding": "gzip"})
    assert apis.web().text(URL) == "größer"


def test_a_server_says_how_long_to_wait_but_not_for_ever(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", waits.append)
    apis.fault(HOST, "/thing", slow_down("7"), slow_down("86400"), slow_down("86400"), slow_down("86400"))
    with pytest.raises(FetchFailed):
        apis.web().text(URL)
    assert waits[0] == 7.0
    assert sum(waits) == LONGEST_WAIT


def test_waits_grow_from_try_to_try(apis: Apis, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", waits.append)
    apis.fault(HOST, "/thing", *[says(500)] * 4)
    with pytest.raises(FetchFailed):
        apis.web(backoff=1.0).text(URL)
    assert [1 <= waits[0] <= 2, 2 <= waits[1] <= 4, 4 <= waits[2] <= 8] == [True] * 3


# ---- redirects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("to", ["/moved", "https://other.example.org/moved", "http://other.example.org/moved"])
def test_redirects_are_followed_over_the_mirror(apis: Apis, to: str) -> None:
    apis.answer(HOST, "/moved", "text")
    apis.answer("other.example.org", "/moved", "text")
    apis.fault(HOST, "/thing", redirect(to))
    assert apis.web().text(URL) == "text"


def test_a_mirror_may_redirect_to_itself(apis: Apis) -> None:
    apis.answer(HOST, "/moved", "text")
    apis.fault(HOST, "/thing", redirect(f"{apis.base}/{HOST}/moved"))
    assert apis.web().text(URL) == "text"


def test_redirects_without_end_are_told(apis: Apis) -> None:
    apis.fault(HOST, "/thing", *[redirect(URL)] * 9)
    with pytest.raises(FetchFailed, match="from one address to the next, more than 5 times"):
        apis.web().text(URL)
    assert len(apis.asked) == 6


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "ftp://files.example.org/x",
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://0x7f.0x1/",
        "http://printer.local/",
    ],
)
def test_nothing_leads_out_of_the_public_web(apis: Apis, to: str) -> None:
    apis.fault(HOST, "/thing", redirect(to), redirect(to))
    with pytest.raises(FetchFailed):
        apis.web().text(URL)
    assert apis.web().status(to) is None
    assert [asked.host for asked in apis.asked] == [HOST]


# ---- the cache -------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_for_the_next_command_whatever_its_headers_say(apis: Apis, tmp_path: Path) -> None:
    apis.answer(HOST, "/thing", '{"a": 1}', headers={"Cache-Control": "no-store"})
    for _ in range(2):
        with apis.web(cache=tmp_path / "cache") as web:
            assert web.json(URL) == {"a": 1}
            assert web.json(URL) == {"a": 1}
    assert len(apis.asked) == 1


def test_after_a_day_it_is_asked_again(apis: Apis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apis.answer(HOST, "/thing", "text")
    web, began = apis.web(cache=tmp_path), time.time()
    for hours in (0, 23, 25):
        monkeypatch.setattr("time.time", lambda hours=hours: began + hours * 3600)
        assert web.text(URL) == "text"
    assert len(apis.asked) == 2


@pytest.mark.parametrize("fault", [says(404), says(403), web_page(), Answer("no JSON"), redirect("file:///x")])
def test_what_failed_is_not_kept(apis: Apis, tmp_path: Path, fault: Answer) -> None:
    apis.answer(HOST, "/thing", "{}")
    apis.fault(HOST, "/thing", fault)
    web = apis.web(cache=tmp_path)
    with pytest.raises(FetchFailed):
        web.json(URL)
    assert web.json(URL) == {}


def test_the_asker_may_find_an_answer_unsound_and_then_it_is_not_kept(apis: Apis, tmp_path: Path) -> None:
    def check(text: str) -> None:
        if text != "good":
            raise NotFound("says nothing of use")

    apis.answer(HOST, "/thing", "good")
    apis.fault(HOST, "/thing", Answer("bad"))
    web = apis.web(cache=tmp_path)
    with pytest.raises(NotFound, match=r"^api\.example\.org says nothing of use$"):
        web.text(URL, check=check)
    assert web.text(URL, check=check) == "good"


def test_what_is_posted_is_not_kept(apis: Apis, tmp_path: Path) -> None:
    apis.answer(HOST, "/thing", "[]")
    web = apis.web(cache=tmp_path)
    web.post_json(URL, [1])
    web.post_json(URL, [2])
    assert len(apis.asked) == 2


def test_a_broken_cache_is_done_without(apis: Apis, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    apis.answer(HOST, "/thing", "text")
    (tmp_path / "answers.db").write_bytes(b"this is no database" * 1000)
    assert apis.web(cache=tmp_path).text(URL) == "text"
    assert capfd.readouterr() == ("", "")


def test_a_database_of_something_else_is_done_without(apis: Apis, tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "answers.db")
    connection.execute("CREATE TABLE entries (name TEXT)")
    connection.close()
    apis.answer(HOST, "/thing", "text")
    assert apis.web(cache=tmp_path).text(URL) == "text"


def test_a_folder_that_cannot_be_is_done_without(apis: Apis, tmp_path: Path) -> None:
    apis.answer(HOST, "/thing", "text")
    (tmp_path / "file").write_text("in the way")
    assert apis.web(cache=tmp_path / "file" / "cache").text(URL) == "text"


# ---- politeness ------------------------------------------------------------------------------------------------------


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def test_a_host_is_left_alone_between_two_requests_and_others_are_not_waited_for(apis: Apis) -> None:
    clock = Clock()
    web = apis.web(clock=clock, sleep=clock.sleep, pauses={HOST: 3.0}, other_pause=0.5)
    apis.answer(HOST, "/", "text")
    apis.answer("other.example.org", "/", "text")
    web.text(URL)
    web.text("https://other.example.org/")
    clock.now += 1
    web.text(URL)
    web.text("https://other.example.org/")
    clock.now += 10
    web.text(URL)
    assert clock.waits == [2.0]


def test_tries_keep_the_pause_and_what_the_cache_answers_needs_none(apis: Apis, tmp_path: Path) -> None:
    clock = Clock()
    web = apis.web(clock=clock, sleep=clock.sleep, pauses={HOST: 3.0}, cache=tmp_path)
    apis.answer(HOST, "/", "text")
    apis.fault(HOST, "/", says(500))
    web.text(URL)
    web.text(URL)
    assert clock.waits == [3.0]


def test_a_body_that_comes_in_drops_is_given_up(apis: Apis) -> None:
    ticks = iter(range(0, 10_000, 200))
    apis.answer(HOST, "/", "text")
    with pytest.raises(FetchFailed, match="answers too slowly"):
        apis.web(clock=lambda: float(next(ticks))).text(URL)


# ---- link checks -----------------------------------------------------------------------------------------------------


def methods(apis: Apis) -> list[str]:
    return [asked.method for asked in apis.asked]


def test_a_sound_link_is_asked_for_its_head_alone(apis: Apis) -> None:
    apis.answer(HOST, "/thing", MILLIONS)
    assert apis.web().status(URL) == 200
    assert methods(apis) == ["HEAD"]


@pytest.mark.parametrize("refusal", [403, 404, 405, 501])
def test_a_refusal_is_confirmed_before_it_counts(apis: Apis, refusal: int) -> None:
    apis.answer(HOST, "/thing", MILLIONS)
    apis.fault(HOST, "/thing", says(refusal))
    assert apis.web().status(URL) == 200
    assert methods(apis) == ["HEAD", "GET"]


def test_a_dead_link_has_its_status_and_a_dead_host_has_none(apis: Apis) -> None:
    assert apis.web().status(URL) == 404
    apis.fault(HOST, "/thing", *[stall()] * 9)
    assert apis.web(read_timeout=0.05).status(URL) is None


def test_a_link_is_followed_and_what_it_shows_is_neither_read_nor_kept(apis: Apis, tmp_path: Path) -> None:
    apis.answer("other.example.org", "/", "<!doctype html>", headers={"Content-Type": "text/html"})
    apis.fault(HOST, "/thing", says(404), redirect("https://other.example.org/"))
    web = apis.web(cache=tmp_path)
    assert web.status(URL) == 200
    apis.answer("other.example.org", "/", "text")
    assert web.text("https://other.example.org/") == "text"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://",
        "https://exa mple.org/",
        "https://[::1",
        "/relative",
        "data:,x",
        "http://a..b/",
    ],
)
def test_what_is_no_address_has_no_status(apis: Apis, url: str) -> None:
    assert apis.web().status(url) is None
    assert apis.asked == []


# ---- lightness -------------------------------------------------------------------------------------------------------


def test_nothing_heavy_is_loaded_until_something_is_asked() -> None:
    heavy = "httpx httpx_retries hishel pybtex rapidfuzz lxml pylatexenc sqlite3".split()
    program = (
        f"import sys, paper_digest.importing.recognising; print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
