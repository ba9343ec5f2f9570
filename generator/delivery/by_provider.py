"""An issue through a provider: which one, what would happen, and sending it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.catalog.models import Issue
from generator.delivery import environment as env
from generator.delivery.buttondown import VERSION, Buttondown
from generator.delivery.claims import claimed, refuse_another_way, refuse_if_claimed
from generator.delivery.environment import CannotSend
from generator.delivery.ledger import EVERYBODY, Pseudonyms, check_key, open_claims, path_of, read, standing
from generator.delivery.listmonk import Listmonk
from generator.delivery.orders import DONE, NOT_SENT, UNCERTAIN, Order, Outcome, Surroundings, Via, gathering
from generator.delivery.providers import Delivery, Http, Provider, Refused
from generator.site import Site


def by_provider(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """Make a draft of an issue at a provider, and have it sent if that is asked for; or tell what would happen.

    Raises CannotSend when nothing was begun.
    """
    if order.to is not None:
        raise CannotSend(f"{order.via} keeps the list of readers itself: --to goes with --via smtp.")
    if order.dry:
        return _tell_of_provider(root, site, issue, order, around)
    # The key of the ledger is asked for first: nothing is asked of a provider without it.
    env.ledger_key(around.environment)
    with _provider(site, issue, order.via, around) as provider, claimed(root, issue, order, around) as ledger:
        try:
            is_certain = Delivery(provider, ledger, around.say).deliver(live=order.live, unknown_too=order.unknown_too)
        except Refused as refused:
            around.say(f"{refused} Nothing was sent.")
            return Outcome(NOT_SENT)
    return Outcome(DONE if is_certain else UNCERTAIN, unknown=0 if is_certain else 1)


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
        if order.claimed is None:
            refuse_if_claimed([each for each in open_claims(entries) if each.run != order.claimed], order)
        refuse_another_way(entries, order)
    last = standing(entries).get(EVERYBODY)
    if last:
        around.say(f"So far, by the ledger: {last.step} at {last.at} {last.ref}".strip() + ".")
    for fault in dict.fromkeys(faults):
        around.say(f"It would stop, and send nothing: {fault}")
    return Outcome(NOT_SENT if faults else DONE)
