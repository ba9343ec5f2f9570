"""A digest that is left alone for weeks: every issue that is due is mailed once, and the site is never behind main.

Each test plays days, by the workflows' own steps, and at its end asks the same of them: every issue on main was mailed
once to each reader who could be reached, what is online is what is on main, and whoever had to act was told.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from tests.days.conftest import MakeDays
from tests.days.runner import Run, workflow
from tests.days.world import FIRST_DAY, READERS, Days
from tests.delivery.post_office import HANG_UP

AUTO, REVIEW = "cadence: daily, delivery: auto", "cadence: daily, delivery: review"
FORM = {"number": 3, "state": "open", "head": {"ref": "issue-5", "sha": "", "repo": {"full_name": "team/digest"}}}


def play(days: Days, count: int) -> None:
    """So many days on which nobody has anything to do, and the site is right at the end of each."""
    for _ in range(count):
        assert days.day().outcome == "success", "\n".join(days.world.log[-30:])
        assert days.is_current(), days.today


def check(days: Days, *readers: str) -> None:
    """Every issue once to each reader, the site as it is on main, and nothing left to do."""
    assert days.letters == days.expected(*readers), "\n".join(days.world.log[-60:])
    assert days.is_current()
    assert days.told == {}


def dates(*numbers: int) -> list[str]:
    """Days, counted from the first."""
    return [str(FIRST_DAY + timedelta(days=number)) for number in numbers]


# ---- left alone ------------------------------------------------------------------------------------------------------


def test_for_twenty_days_an_issue_comes_each_day_and_is_mailed_once(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    play(days, 20)
    assert days.issues == days.snapshots() == dates(*range(20))
    check(days)


def test_a_draft_that_is_merged_when_somebody_has_time_is_mailed_and_the_next_one_comes(make_days: MakeDays) -> None:
    days = make_days(REVIEW)
    days.forge.write(pulls=[FORM])  # somebody's form waits all the while
    days.forge.push({"content/papers/2026/theirs.yaml": "title: T\n"}, "A form's", "issue-5")
    for waits in (0, 1, 4, 0, 6):
        play(days, 1)
        assert len(days.drafts) == 1, "one at a time"
        play(days, waits)
        assert days.letters == days.expected()
        days.merge(days.drafts[0])
    assert days.issues == dates(0, 1, 3, 8, 9)
    check(days)


def test_a_draft_that_is_closed_is_not_made_again_on_its_day_and_the_next_day_has_another(make_days: MakeDays) -> None:
    days = make_days(REVIEW)
    play(days, 1)
    pulls = days.forge.pulls
    pulls[0]["state"] = "closed"
    days.forge.write(pulls=pulls)
    days.daily()
    assert days.drafts == []
    play(days, 1)
    days.merge(days.drafts[0])
    assert days.issues == dates(1)
    check(days)


def test_a_weekly_digest_keeps_its_weekday_though_a_run_is_dropped(make_days: MakeDays) -> None:
    days = make_days("cadence: weekly, day: monday, delivery: auto")
    play(days, 6)
    days.today += timedelta(days=2)  # Sunday's run and Monday's are dropped
    play(days, 8)
    assert [date.fromisoformat(each).strftime("%a") for each in days.issues] == ["Mon", "Tue", "Mon"]
    assert days.issues == dates(0, 8, 14)
    check(days)


def test_a_weekly_issue_that_is_merged_four_days_late_is_mailed_that_day(make_days: MakeDays) -> None:
    days = make_days("cadence: weekly, day: monday, delivery: review")
    play(days, 4)
    assert days.letters == {}
    days.merge(days.drafts[0])
    assert days.issues == dates(0)
    check(days)


def test_words_in_a_tagline_publish_nothing(make_days: MakeDays) -> None:
    days = make_days(REVIEW)
    assert "delivery: auto" in days.forge.shown("main", "content/digest.yaml")
    play(days, 2)
    assert (days.issues, days.letters) == ([], {})


def test_quotes_around_a_setting_change_nothing(make_days: MakeDays) -> None:
    days = make_days("cadence: daily, 'delivery': \"auto\"")
    play(days, 1)
    check(days)


# ---- runners die -----------------------------------------------------------------------------------------------------

WITHOUT_EFFECT = {
    *("Set up", "Take up what was kept", "Count", "Check", "Collect what came of it", "Fetch what was handed over"),
    *("Note what was built", "Keep the site until it is online", "See whether this is the newest", "Fetch the ledger"),
    *("Note the reports", "Keep the ledgers if they could not be recorded", "Fetch the reports"),
}
"""Who dies before one of these leaves the world as who dies before the step after it."""

DEATHS = [
    (f"{flow}/{job}", f"before {step['name']}")
    for flow in ("daily", "publish", "send")
    for job, each in workflow(flow)["jobs"].items()
    for step in each.get("steps", ())
    if step.get("name", "Set up") not in WITHOUT_EFFECT
]
SENDING = [("send/mail", "before Record who got it")]
"""Letters have left then, and nobody but the machine knew."""


def test_a_runner_that_dies_before_any_step_costs_a_day_at_most_and_nobody_a_letter(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    play(days, 1)
    for death in [each for each in DEATHS if each not in SENDING]:
        days.world.dies = {death}
        days.day()
        assert not days.world.dies, f"{death} was not reached"
    play(days, 1)
    check(days)


def test_a_runner_that_dies_when_letters_have_left_is_told_and_nobody_gets_two(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.dies = {*SENDING}
    days.day()
    [lost] = dates(0)
    assert days.letters == dict.fromkeys([(lost, reader) for reader in READERS], 1)
    assert f"send-{lost}" in days.told
    play(days, 2)
    assert days.letters == days.expected(), "what nobody knows is sent to nobody again"


def test_a_machine_that_is_switched_off_while_it_sends_is_told_and_a_person_can_take_over(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    taken = days.office.handle_DATA

    async def then_dark(*given: object) -> str:
        answer = await taken(*given)  # type: ignore[arg-type]  # handed on as it came
        days.office.handle_DATA = taken  # type: ignore[method-assign]  # played once
        days.world.kill()
        return answer

    days.office.handle_DATA = then_dark  # type: ignore[method-assign,assignment]  # played once
    days.day()
    [lost] = dates(0)
    assert days.letters == {(lost, READERS[0]): 1}
    assert f"send-{lost}" in days.told
    play(days, 1)
    assert days.letters == {(lost, READERS[0]): 1} | {(*dates(1), reader): 1 for reader in READERS}
    days.send(what="take over one issue", issue=lost)
    assert {who for issue, who in days.letters if issue == lost} == set(READERS)
    assert days.told == {}


# ---- pushes are refused ----------------------------------------------------------------------------------------------


def test_where_main_is_protected_somebody_is_told_and_all_of_it_goes_out_later(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    play(days, 1)
    days.protect_main()
    for _ in range(3):
        days.day()
    assert list(days.told) == ["push"]
    assert days.issues == days.snapshots() == dates(0), "main is as it was"
    assert days.letters == days.expected(), "no letter leaves without a claim"
    days.world.environment["MAY"] = "yes"  # the owner's token, which the hook lets through
    play(days, 1)
    assert days.issues == days.snapshots() == dates(0, 1, 2, 3, 4)
    assert "unpushed" not in days.forge.branches()
    check(days)


def test_what_was_kept_can_be_merged_by_hand(make_days: MakeDays) -> None:
    days = make_days(REVIEW)
    days.protect_main()
    days.day(papers=0)
    kept = days.forge.shown("unpushed", f"content/metrics/{days.today}.json")
    days.forge.push({f"content/metrics/{days.today}.json": f"{kept}\n"}, "By hand")
    days.day(papers=0)
    assert days.today.isoformat() in days.forge.git("ls-tree", "-r", "--name-only", "unpushed", "content/metrics")


def test_where_there_are_no_issues_the_run_itself_tells(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.forge.write(has_issues=False)
    days.protect_main()
    days.day(papers=0)
    assert days.told == {}
    assert "::error title=The workflows may not push" in "\n".join(days.world.log)


# ---- mail is refused -------------------------------------------------------------------------------------------------


def test_a_refused_sign_in_is_told_and_every_issue_is_mailed_when_it_is_mended(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    right = days.world.secrets.pop("DIGEST_SMTP_PASSWORD")
    days.world.secrets["DIGEST_SMTP_PASSWORD"] = "wrong"
    for _ in range(3):
        days.day()
    assert days.letters == {}
    assert set(days.told) == {f"send-{day}" for day in dates(0, 1, 2)}
    days.world.secrets["DIGEST_SMTP_PASSWORD"] = right
    play(days, 1)
    assert [issue for issue, reader in days.letters if reader == READERS[0]] == dates(0, 1, 2, 3), "the oldest first"
    check(days)


def test_greylisting_is_waited_for_and_an_unknown_domain_costs_nobody_else(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.office.at_rcpt = {READERS[0]: ["450 4.7.1 Greylisted"], READERS[1]: ["450 4.1.2 No such domain"] * 99}
    play(days, 2)
    assert days.letters == days.expected(READERS[0], READERS[2])
    days.office.at_rcpt = {}
    play(days, 1)
    check(days)


def test_a_quota_stops_the_run_and_the_next_day_goes_on(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.office.at_rcpt = {READERS[1]: ["550 5.4.5 Daily sending quota exceeded"]}
    days.day()
    assert set(days.letters.values()) == {1}
    assert READERS[1] not in {reader for _, reader in days.letters}
    play(days, 1)
    check(days)


def test_an_issue_that_comes_too_late_is_told_and_mailed_by_hand(make_days: MakeDays) -> None:
    days = make_days(REVIEW)
    play(days, 1)
    days.merge(days.drafts[0])
    play(days, 1)
    draft = days.drafts[0]
    play(days, 9)
    days.merge(draft)
    late = dates(1)[0]
    assert list(days.told) == [f"passed-{late}"]
    assert late not in {issue for issue, _ in days.letters}
    days.send(what="mail one issue", issue=late)
    assert days.letters == days.expected()


def test_a_connection_that_breaks_after_the_message_is_told(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.office.after_message = {READERS[1]: [HANG_UP]}
    days.day()
    assert days.letters == days.expected(), "it may have come, and is not sent again"
    assert f"send-{days.today}" in days.told


# ---- approval --------------------------------------------------------------------------------------------------------


def test_a_rejected_approval_leaves_no_claim_and_is_asked_again(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.approves = lambda environment: "rejected" if environment == "mail" else "approved"
    days.day()
    assert "content/sent" not in days.forge.git("ls-tree", "-r", "--name-only", "main")
    assert f"send-{days.today}" in days.told
    days.world.approves = lambda environment: "approved"
    play(days, 1)
    check(days)


def test_a_run_that_waits_for_approval_holds_up_no_day_and_mails_all_of_them(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.approves = lambda environment: "waiting" if environment == "mail" else "approved"
    days.day()
    waiting = days.send()
    assert waiting.outcome == "waiting"
    play(days, 2)
    assert days.issues == dates(0, 1, 2)
    days.world.approves = lambda environment: "approved"
    waiting.go()
    check(days)


def test_a_test_letter_uses_nothing_up(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    play(days, 1)
    before, mailed = days.forge.git("rev-parse", "main"), days.letters
    assert days.send(what="test letter").outcome == "success"
    assert days.letters - mailed == {(*dates(0), "curator@digest.example"): 1}
    assert days.forge.git("rev-parse", "main") == before
    assert "curator@" not in "\n".join(days.world.log)


# ---- run again -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failed_only", [True, False])
@pytest.mark.parametrize(
    "death",
    [("daily/gather", "before Check"), ("daily/commit", "before Commit or propose"),
     ("publish/deploy", "before Deploy"), ("publish/record", "before Commit the ledger")],
)  # fmt: skip
def test_a_run_that_failed_can_be_run_again(make_days: MakeDays, death: tuple[str, str], failed_only: bool) -> None:
    days = make_days(AUTO)
    days.world.dies = {death}
    run = days.day()
    assert run.outcome == "failure"
    run.again(failed_only=failed_only)
    assert run.outcome == "success", "\n".join(days.world.log[-40:])
    days.send()
    assert days.issues == dates(0)
    check(days)


def test_a_run_of_before_that_is_run_again_puts_no_older_site_online(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.dies = {("publish/deploy", "before Deploy")}
    old = days.day()
    play(days, 1)
    old.again(failed_only=True)
    assert days.is_current()
    check(days)


def test_of_two_daily_runs_the_second_finds_all_done(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    first = days.day()
    second = days.daily()
    again = first.again(failed_only=False)
    assert (second.outcome, again.outcome) == ("success", "success")
    days.send()
    assert (days.issues, days.snapshots()) == (dates(0), dates(0))
    check(days)


def test_whoever_pushes_meanwhile_is_gone_on_from(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    pushes = [
        ("daily/commit", "Commit or propose"), ("publish/deploy", "See whether this is the newest"),
        ("publish/record", "Commit the ledger"), ("send/mail", "Claim what is due"), ("send/mail", "Record who got it"),
    ]  # fmt: skip
    for place in pushes:
        days.world.meanwhile = {place: lambda: days.forge.push(days.new_paper(), "Meanwhile")}
        days.day(papers=0)
        days.publish()  # that push starts its own
        assert days.world.meanwhile == {}
    check(days)


def test_of_two_runs_that_send_at_once_one_has_the_claim(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.meanwhile = {("send/mail", "Send what is due"): lambda: days.send()}
    days.day()
    assert days.letters == days.expected()


# ---- content that is wrong -------------------------------------------------------------------------------------------


def test_content_with_an_error_leaves_the_last_site_and_is_told_until_it_is_mended(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    play(days, 1)
    online = days.world.online
    days.pushed({"content/papers/2026/broken.yaml": "title: [\n"}, "By mistake")
    assert days.world.online == online
    assert set(days.told) == {"publish", "send"}
    days.day(papers=0)
    assert set(days.told) == {"publish", "daily", "send"}
    days.pushed({"content/papers/2026/broken.yaml": "title: Mended\nabstract: x\ncategories: [vision]\n"}, "Mended")
    play(days, 1)
    check(days)


def test_content_that_only_the_programs_tests_mind_is_published() -> None:
    steps = [str(step.get("run")) for job in workflow("publish")["jobs"].values() for step in job.get("steps", ())]
    assert [step for step in steps if "make test" in step or ".ci/run" in step] == []
    assert [job for job in workflow("publish")["jobs"].values() if "uses" in job] == []


def test_the_claims_of_a_run_are_known_by_its_number_and_attempt(make_days: MakeDays) -> None:
    days = make_days(AUTO)
    days.world.dies = {("send/mail", "before Send what is due")}
    days.day()
    ledger = days.forge.shown("main", f"content/sent/{days.today}.jsonl").splitlines()
    assert [json.loads(line)["run"] for line in ledger] == [f"{days.world.last_run}-1"]
    assert Run(days.world, "send", "workflow_run").go().outcome == "success"
    assert days.letters == days.expected()
