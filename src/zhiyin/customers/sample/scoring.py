"""How well linking found the sample's people: precision and recall over pairs of identities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zhiyin.customers.models import Identity, Sighting
from zhiyin.engine import Engine
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER, identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.records.tables import PURCHASES
from zhiyin.listen.sample.truth import CustomerTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of pairs of identities.

    `n_joined` are one customer, `n_true` one person, `n_right` both. `n_tied` of the true ones some chain
    of records ties together by what they name, `n_hinted` by that or by last digits on an order that are
    those of a number of the person; whatever is made of it. What no record ties no rule can find.
    `n_right_hinted` of those were found.
    """

    n_identities: int
    n_joined: int
    n_true: int
    n_right: int
    n_tied: int
    n_hinted: int = 0
    n_right_hinted: int = 0

    @property
    def precision(self) -> float:
        """Of the pairs that are one customer, the share that is one person; 1 where there are none."""
        return self.n_right / self.n_joined if self.n_joined else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one person, the share that is one customer; 1 where there are none."""
        return self.n_right / self.n_true if self.n_true else 1.0

    @property
    def recall_of_hinted(self) -> float:
        """Of the pairs that any record ties, the share that is one customer; 1 where there are none."""
        return self.n_right_hinted / self.n_hinted if self.n_hinted else 1.0

    @property
    def share_hinted(self) -> float:
        """Of the pairs that are one person, the share that any record ties; 1 where there are none."""
        return self.n_hinted / self.n_true if self.n_true else 1.0

    @property
    def share_tied(self) -> float:
        """Of the pairs that are one person, the share that records tie together; 1 where there are none."""
        return self.n_tied / self.n_true if self.n_true else 1.0


def score_links(
    people: Sequence[CustomerTruth], *, vault: Vault, slips: Iterable[tuple[str, str]] = ()
) -> Score:
    """The score as links are now, over the identities that are here and whose the truth knows.

    `slips` are the keys of who ordered with the hash of the last digits on the slip (`read_tails`).

    Left out are orders, which are things, and numbers that were heard wrong, which are nobody's.
    """
    owners = list_owners(people, vault=vault)
    rows = Identity.objects.exclude(type=ORDER).values_list("pk", "key", "customer", "tail_key", "type")
    known = [row for row in rows if row[1] in owners]
    found = [(pk, owners[key], customer) for pk, key, customer, *_ in known]
    ties = _Ties({pk: owner for pk, owner, _ in found})
    n_tied = _pairs(ties.groups())
    ids = {key: pk for pk, key, *_ in known}
    ties.add_tails([*((ids[key], tail) for key, tail in slips if key in ids), *_tails_of_phones(known)])
    hinted = ties.groups()
    return Score(
        n_identities=len(found),
        n_joined=_pairs(customer for _, _, customer in found),
        n_true=_pairs(owner for _, owner, _ in found),
        n_right=_pairs((owner, customer) for _, owner, customer in found),
        n_tied=n_tied,
        n_hinted=_pairs(hinted),
        n_right_hinted=_pairs(
            (group, customer) for group, (_, _, customer) in zip(hinted, found, strict=True)
        ),
    )


def read_tails(engine: Engine) -> list[tuple[str, str]]:
    """Key of who ordered and hash of the last digits on the slip, of the sample's orders that have both."""
    if PURCHASES.name not in engine.lake.tables():
        return []
    with engine.lake.connect(PURCHASES.name) as connection:
        found: list[tuple[str, str]] = connection.execute(
            "SELECT DISTINCT customer_key, tail_key FROM purchases WHERE source = ? AND is_current"
            " AND customer_key IS NOT NULL AND tail_key IS NOT NULL",
            [SAMPLE_SOURCE],
        ).fetchall()
    return found


def list_owners(people: Sequence[CustomerTruth], *, vault: Vault) -> dict[str, str]:
    """The person of each identity's key, whether it was seen or not."""
    named = [
        (person.code, identifier)
        for person in people
        for one in person.identities
        if (identifier := read_identifier(one.type, one.value, source=SAMPLE_SOURCE)) is not None
    ]
    keys = identifier_keys([identifier for _, identifier in named], vault=vault)
    return dict(zip(keys, [code for code, _ in named], strict=True))


def _pairs(groups: Iterable[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(groups).values())


def _tails_of_phones(known: Iterable[tuple[int, str, object, str | None, str]]) -> Iterator[tuple[int, str]]:
    return ((pk, tail) for pk, _, _, tail, type_ in known if type_ == "phone" and tail)


class _Ties:
    """For each identity the group of its owner's identities that records tie together.

    An order, or a number that is nobody's, ties the identities of one person that it was seen with.
    """

    def __init__(self, owners: Mapping[int, str]) -> None:
        self._owners = owners
        self._roots: dict[Hashable, Hashable] = {}
        for left, right in Sighting.objects.order_by().values_list("left_id", "right_id").iterator():
            of = {owners[one] for one in (left, right) if one in owners}
            if len(of) == 1:
                (owner,) = of
                self._join((left, owner), (right, owner))

    def add_tails(self, tails: Iterable[tuple[int, str]]) -> None:
        """Tie the identities of one person of which records tell the same last digits."""
        for identity_id, tail in tails:
            owner = self._owners[identity_id]
            self._join((identity_id, owner), (tail, owner))

    def groups(self) -> list[Hashable]:
        """The group of each identity, in order."""
        return [self._root((one, owner)) for one, owner in self._owners.items()]

    def _join(self, one: Hashable, other: Hashable) -> None:
        self._roots[self._root(one)] = self._root(other)

    def _root(self, one: Hashable) -> Hashable:
        while self._roots.setdefault(one, one) != one:
            self._roots[one] = one = self._roots[self._roots[one]]
        return one
