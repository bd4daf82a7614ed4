"""How well linking found the sample's people: precision and recall over pairs of identities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from zhiyin.customers.models import Identity, Sighting
from zhiyin.engine.vault import Vault
from zhiyin.listen.authors import ORDER, identifier_keys
from zhiyin.listen.identifiers import read_identifier
from zhiyin.listen.records.kinds import SAMPLE_SOURCE
from zhiyin.listen.sample.truth import CustomerTruth


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of pairs of identities.

    `n_joined` are one customer, `n_true` one person, `n_right` both. `n_tied` of the true ones some chain
    of records ties together, whatever is made of it: what no record ties no rule can find.
    """

    n_identities: int
    n_joined: int
    n_true: int
    n_right: int
    n_tied: int

    @property
    def precision(self) -> float:
        """Of the pairs that are one customer, the share that is one person; 1 where there are none."""
        return self.n_right / self.n_joined if self.n_joined else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are one person, the share that is one customer; 1 where there are none."""
        return self.n_right / self.n_true if self.n_true else 1.0

    @property
    def share_tied(self) -> float:
        """Of the pairs that are one person, the share that records tie together; 1 where there are none."""
        return self.n_tied / self.n_true if self.n_true else 1.0


def score_links(people: Sequence[CustomerTruth], *, vault: Vault) -> Score:
    """The score as links are now, over the identities that are here and whose the truth knows.

    Left out are orders, which are things, and numbers that were heard wrong, which are nobody's.
    """
    owners = _owners(people, vault=vault)
    rows = Identity.objects.exclude(type=ORDER).values_list("pk", "key", "customer")
    found = [(pk, owners[key], customer) for pk, key, customer in rows if key in owners]
    return Score(
        n_identities=len(found),
        n_joined=_pairs(customer for _, _, customer in found),
        n_true=_pairs(owner for _, owner, _ in found),
        n_right=_pairs((owner, customer) for _, owner, customer in found),
        n_tied=_pairs(_ties({pk: owner for pk, owner, _ in found})),
    )


def _owners(people: Sequence[CustomerTruth], *, vault: Vault) -> dict[str, str]:
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


def _ties(owners: Mapping[int, str]) -> list[Hashable]:
    """For each identity the group of its owner's identities that records tie together.

    An order, or a number that is nobody's, ties the identities of one person that it was seen with.
    """
    roots: dict[Hashable, Hashable] = {}

    def root(one: Hashable) -> Hashable:
        while roots.setdefault(one, one) != one:
            roots[one] = one = roots[roots[one]]
        return one

    for left, right in Sighting.objects.order_by().values_list("left_id", "right_id").iterator():
        of = {owners[one] for one in (left, right) if one in owners}
        if len(of) == 1:
            (owner,) = of
            roots[root((left, owner))] = root((right, owner))
    return [root((one, owner)) for one, owner in owners.items()]
