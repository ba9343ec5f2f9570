"""An issue through a provider: which one, what would happen, and sending it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paper_digest.catalog.records import Issue
from paper_digest.delivery import environment as env
from paper_digest.delivery import reporting
from paper_digest.delivery.buttondown import VERSION, Buttondown
from paper_digest.delivery.claims import claimed, refuse_another_way, refuse_if_claimed
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.ledger import EVERYBODY, Pseudonyms, check_key, open_claims, path_of, read, standing
from paper_digest.delivery.letters import as_test
from paper_digest.delivery.listmonk import Listmonk
from paper_digest.delivery.orders import DONE, NOT_SENT, UNCERTAIN, Order, Outcome, Surroundings, Via, gathering
from paper_digest.delivery.providers import Delivery, Http, Lost, Provider, Refused
from paper_digest.delivery.recipients import parsed
from paper_digest.digest.site import Site


def by_provider(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """Make a draft of an issue at a provider, and have it sent if that is asked for; or tell what would happen.

    Raises CannotSend when nothing was sent.
    """
    if order.to is not None or order.gone is not None:
        raise CannotSend(f"{order.via} keeps the list of readers itself: --to and --gone go with --via smtp.")
    if order.dry:
        return _tell_of_provider(root, site, issue, order, around)
    # The key of the ledger is asked for first: nothing is asked of a provider without it.
    env.ledger_key(around.environment)
    said: list[str] = []
    note = env.silenced(said.append, around.environment)

    def say(sentence: str) -> None:
        note(sentence)
        around.say(sentence)

    with _provider(site, issue, order.via, around) as provider, claimed(root, issue, order, around) as ledger:
        try:
            is_certain = Delivery(provider, ledger, say).deliver(live=order.live, unknown_too=order.unknown_too)
        except Refused as refused:
            raise CannotSend(str(refused)) from None
        ledger.is_complete = order.live and is_certain
    if is_certain:
        return Outcome(DONE)
    return Outcome(UNCERTAIN, unknown=1, report=reporting.of_provider(order, said))


def test(site: Site, issue: Issue, via: Via, address: str, around: Surroundings) -> Outcome:
    """Have a provider send the letter to one address, marked as a test, and leave nothing there.

    Raises CannotSend when it certainly did not arrive.
    """
    reader = parsed(address)
    if reader is None:
        raise CannotSend("What --test names is no address.")
    with _provider(site, as_test(issue), via, around) as provider:
        return _tested(provider, reader.address, around)


def _tested(provider: Provider, address: str, around: Surroundings) -> Outcome:
    try:
        provider.prepare()
        ref = provider.create_test()
        try:
            provider.send_test(ref, address)
        finally:
            _removed(provider, ref, around)
    except Refused as refused:
        raise CannotSend(str(refused)) from None
    except Lost as lost:
        around.say(f"{lost} The test letter may have been sent.")
        return Outcome(UNCERTAIN)
    around.say(f"{provider.name} is sending the test letter. Nothing was used up.")
    return Outcome(DONE)


def _removed(provider: Provider, ref: str, around: Surroundings) -> None:
    try:
        provider.remove(ref)
    except (Refused, Lost) as failed:
        around.say(f"{failed} The draft of the test is still there: delete {ref} at {provider.name}.")


@contextmanager
def _provider(site: Site, issue: Issue, via: Via, around: Surroundings) -> Iterator[Provider]:
    """The provider, as it is set in the environment. Raises CannotSend when it is not."""
    surroundings, limit = around.environment, around.timeout
    if via == "buttondown":
        api = env.buttondown_api(surroundings)
        with Http(api, "Buttondown", around.sleep, timeout=limit, headers={"X-API-Version": VERSION}) as http:
            yield Buttondown(http, site, issue, surroundings.get("BUTTONDOWN_TEMPLATE", "").strip())
    else:
        settings = site.catalog.digest.email
        api = env.listmonk_api(surroundings, settings.server or "")
        lists = env.listmonk_lists(surroundings, settings.list or "")
        with Http(api, "listmonk", around.sleep, timeout=limit) as http:
            yield Listmonk(http, site, issue, lists, env.listmonk_template(surroundings))


def _tell_of_provider(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """What would happen. Nothing is asked for, and nothing is written."""
    around.say(f"Nothing is sent. `send {issue.key} --via {order.via}{' --live' if order.live else ''}` would do this:")
    entries = read(path_of(root, issue.key)).entries
    faults: list[str] = []
    with gathering(faults):
        check_key(entries, Pseudonyms(env.ledger_key(around.environment)))
    with gathering(faults), _provider(site, issue, order.via, around) as provider:
        for line in (*provider.facts(), *provider.described(live=order.live)):
            around.say(line)
    with gathering(faults):
        refuse_if_claimed(open_claims(entries), order)
        refuse_another_way(entries, order)
    last = standing(entries).get(EVERYBODY)
    if last:
        around.say(f"So far, by the ledger: {last.step} at {last.at} {last.ref}".strip() + ".")
    for fault in dict.fromkeys(faults):
        around.say(f"It would stop, and send nothing: {fault}")
    return Outcome(NOT_SENT if faults else DONE)
