"""Proposes customers that are likely one person: the job, and what it keeps of its evidence."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhiyin.customers.linking.contract import Evidence, Proposal
from zhiyin.customers.linking.services import propose_links
from zhiyin.customers.matching.kinds import BESIDE, Kind
from zhiyin.customers.matching.link import Found, find_people
from zhiyin.customers.matching.model import Scored
from zhiyin.customers.matching.people import People, read_people
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.errors import InvalidInput
from zhiyin.listen.services.jobs import JobKind, make_table_kind
from zhiyin.listen.services.jobs.table import Progress
from zhiyin.people.permissions import Permission
from zhiyin.people.services.audit import record_event

KIND = "matching"
LEAST = 0.5
"""Pairs below are not proposed: two people are likelier."""
_FEWEST = 30
_MOST = 20_000
_AT_LEAST_ALIKE = 2
_TAIL_OF_TWO = 0.5
_STEPS = ("prepare", "rules", "chance", "agreement", "pairs", "people")
_PREFIX = "alike."


def propose(*, home: Home, progress: Progress | None = None) -> dict[str, int]:
    """Compare all customers and keep proposals of at least LEAST; how many were compared and are new.

    Identifiers and traits are opened in memory and kept nowhere: proposals hold degrees and weights.
    """
    people = read_people(open_engine(home))
    n_steps = len(_STEPS) + 1

    def tell(step: str) -> None:
        if progress:
            progress.tell(_STEPS.index(step), n_total=n_steps)

    if len(people.customers) < _FEWEST:
        return {"compared": len(people.customers), "proposed": 0}
    try:
        found = find_people([people.source], tell=tell)
    except InvalidInput:  # nothing in common with anybody: nothing to propose
        return {"compared": len(people.customers), "proposed": 0}
    n_new = propose_links(make_proposals(found, people=people))
    record_event("matching.done", details={"compared": len(people.customers), "proposed": n_new})
    return {"compared": len(people.customers), "proposed": n_new}


def make_proposals(found: Found, *, people: People) -> list[Proposal]:
    """The likeliest pairs first, each alike in at least two things.

    A tail that agrees makes a pair no likelier than it is the customer's own; and where both have an account
    of one system, somebody ordered for the other about as often.
    """
    scored = found.scored
    own = people.share_own[scored.left] * people.share_own[scored.right]
    own = np.where(_is_alike(scored, Kind.ACCOUNTS), own * _TAIL_OF_TWO, own)
    probability = scored.probability * np.where(_is_alike(scored, Kind.TAIL), own, 1.0)
    places = np.flatnonzero((probability >= LEAST) & (_count_alike(scored) >= _AT_LEAST_ALIKE))
    places = places[np.argsort(-probability[places], kind="stable")][:_MOST]
    return [
        Proposal(
            left_id=people.speakers[scored.left[place]],
            right_id=people.speakers[scored.right[place]],
            probability=float(probability[place]),
            evidence=_evidence(found, int(place)),
        )
        for place in places.tolist()
    ]


def _count_alike(scored: Scored) -> npt.NDArray[np.int64]:
    """In how many things each pair is alike; the usual place counts beside the last digits of a number."""
    n_alike: npt.NDArray[np.int64] = np.zeros(len(scored.left), np.int64)
    for code in scored.agreements:
        if code.partition("_")[0] not in BESIDE:
            n_alike += _meets(scored, code)
    n_alike += _is_alike(scored, Kind.TAIL) & _is_alike(scored, Kind.USUAL)
    return n_alike


def _is_alike(scored: Scored, kind: Kind) -> npt.NDArray[np.bool_]:
    """Whether each pair is alike in any field of a kind."""
    found = np.zeros(len(scored.left), np.bool_)
    for code in scored.agreements:
        if code.partition("_")[0] == kind:
            found |= _meets(scored, code)
    return found


def _meets(scored: Scored, code: str) -> npt.NDArray[np.bool_]:
    met = scored.agreements[code]
    found: npt.NDArray[np.bool_] = (met >= 0) & (met < len(scored.levels[code]) - 1)
    return found


def _evidence(found: Found, place: int) -> list[Evidence]:
    scored = found.scored
    told = [
        Evidence(
            code=f"{_PREFIX}{code}.{scored.levels[code][met[place]]}",
            weight=round(float(scored.parts[code][place]), 1),
        )
        for code, met in scored.agreements.items()
        if met[place] >= 0
    ]
    return sorted(told, key=lambda one: -abs(one.weight))


def read_code(code: str) -> tuple[str, str] | None:
    """Field and degree of a code that a proposal keeps; None for another's code."""
    parts = code.removeprefix(_PREFIX).split(".")
    return (parts[0], parts[1]) if code.startswith(_PREFIX) and len(parts) == 2 else None


def _work(*, home: Home, progress: Progress) -> dict[str, int]:
    return propose(home=home, progress=progress)


def make_kind() -> JobKind:
    """The kind of job that looks for customers who are one person."""
    return make_table_kind(
        KIND,
        name=_("Looking for customers who are one person"),
        icon="users",
        permission=Permission.CUSTOMERS_WORK,
        work=_work,
        figure_names={"compared": _("Customers compared"), "proposed": _("New proposals")},
    )


def home() -> Home:
    """The installation's home."""
    found = settings.HOME
    assert isinstance(found, Home)
    return found
