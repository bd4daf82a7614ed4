"""The tree of org units as pages show it: branch by branch, and by search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from zhiyin.people.models import OrgUnit, RoleGrant
from zhiyin.people.models.units import fold_name
from zhiyin.people.pages import Page
from zhiyin.people.scope import Scope

BRANCH_SIZE = 100
SEARCH_SIZE = 50
State = Literal["", "review", "open", "closed"]
SORTS = {"name": "name", "code": "code", "kind": "kind", "zone": "time_zone", "created": "-created_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A unit with what its line shows; `above` are the names from the top down, where they may be seen."""

    unit: OrgUnit
    n_children: int
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A unit of the tree: closed (`children` None), or open with its first children."""

    leaf: Leaf
    children: tuple[Branch, ...] | None = None
    n_shown: int = 0

    @property
    def n_hidden(self) -> int:
        """Children beyond those shown."""
        return self.leaf.n_children - self.n_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFilter:
    """Which units a list holds: words of name or code, state, kind, all below one unit."""

    words: str = ""
    state: State = ""
    kind: str = ""
    below: OrgUnit | None = None
    sort: str = "name"


def list_trunk(*, scope: Scope, open_unit: OrgUnit | None, n_children: int = BRANCH_SIZE) -> list[Branch]:
    """The tops of what may be seen, opened down to `open_unit`; a query for each level, no more.

    A top stands open where it is the only one. `n_children` are shown of each open unit.
    """
    tops = list(_counted(_seen(scope).filter(_is_top(scope))).order_by("code")[:n_children])
    opened = {int(step) for step in open_unit.path.split("/") if step} if open_unit else set()
    if len(tops) == 1:
        opened.add(tops[0].pk)
    return [_grow(unit, scope=scope, opened=opened, n_children=n_children) for unit in tops]


def get_branch(unit: OrgUnit, *, scope: Scope, is_open: bool, n_children: int = BRANCH_SIZE) -> Branch:
    """One unit of the tree, open or closed."""
    counted = _counted(OrgUnit.objects.filter(pk=unit.pk)).get()
    return _grow(counted, scope=scope, opened={unit.pk} if is_open else set(), n_children=n_children)


def search_units(wanted: UnitFilter, *, scope: Scope, number: int = 1) -> Page[Leaf]:
    """A page of the units that fit, with the names above each. Three queries."""
    units = select_units(wanted, scope=scope)
    start = (number - 1) * SEARCH_SIZE
    found = list(_counted(units)[start : start + SEARCH_SIZE])
    return Page(
        rows=with_names_above(found, scope=scope), number=number, n_rows=units.count(), size=SEARCH_SIZE
    )


def select_units(wanted: UnitFilter, *, scope: Scope) -> QuerySet[OrgUnit]:
    """The units that fit and may be seen, sorted."""
    units = _seen(scope)
    if wanted.words:
        folded = fold_name(wanted.words)
        units = units.filter(Q(folded_name__contains=folded) | Q(code__icontains=wanted.words.strip()))
    if wanted.kind:
        units = units.filter(kind=wanted.kind)
    if wanted.below is not None:
        units = units.filter(path__startswith=wanted.below.path)
    if wanted.state == "review":
        units = units.filter(needs_review=True)
    elif wanted.state:
        units = units.filter(is_active=wanted.state == "open")
    return units.order_by(SORTS.get(wanted.sort, "name"), "pk")


def count_in_review(*, scope: Scope) -> int:
    """How many units wait for somebody to place them."""
    return _seen(scope).filter(needs_review=True).count()


def list_kinds() -> list[str]:
    """The kinds in use, by name."""
    return list(OrgUnit.objects.order_by("kind").values_list("kind", flat=True).distinct())


def list_above(unit: OrgUnit, *, scope: Scope) -> list[OrgUnit]:
    """The units above this one that may be seen, from the top down. One query."""
    ids = [int(step) for step in unit.path.split("/") if step and int(step) != unit.pk]
    found = _seen(scope).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def with_names_above(units: Sequence[OrgUnit], *, scope: Scope) -> list[Leaf]:
    """Each unit with the names of those above it that may be seen. One query for all."""
    steps = {unit.pk: [int(step) for step in unit.path.split("/") if step][:-1] for unit in units}
    wanted = {step for path in steps.values() for step in path}
    names = dict(_seen(scope).filter(pk__in=wanted).values_list("pk", "name"))
    return [
        Leaf(
            unit=unit,
            n_children=getattr(unit, "n_children", 0),
            above=tuple(names[step] for step in steps[unit.pk] if step in names),
        )
        for unit in units
    ]


def stream_units(wanted: UnitFilter, *, scope: Scope) -> Iterator[tuple[OrgUnit, str]]:
    """Each unit that fits with the code of the one above it, in the order of the tree."""
    units = select_units(wanted, scope=scope).select_related("parent").order_by("path")
    for unit in units.iterator(500):
        is_shown = unit.parent is not None and scope.allows(unit.parent_id)
        yield unit, unit.parent.code if unit.parent and is_shown else ""


def _grow(unit: OrgUnit, *, scope: Scope, opened: set[int], n_children: int) -> Branch:
    leaf = Leaf(unit=unit, n_children=getattr(unit, "n_children", 0))
    if unit.pk not in opened or not leaf.n_children:
        return Branch(leaf=leaf)
    below = _counted(OrgUnit.objects.filter(parent=unit)).order_by("-needs_review", "code")
    children = list(below[:n_children])
    known = {child.pk for child in children}
    # The way down to the opened unit must be seen, however far back it stands.
    children += below.filter(pk__in=opened - known) if len(children) < leaf.n_children else ()
    grown = tuple(_grow(child, scope=scope, opened=opened, n_children=n_children) for child in children)
    return Branch(leaf=leaf, children=grown, n_shown=len(children))


def _counted(units: QuerySet[OrgUnit]) -> QuerySet[OrgUnit]:
    """With `n_children` on each."""
    below = (
        OrgUnit.objects.filter(parent=OuterRef("pk"))
        .order_by()
        .values("parent")
        .annotate(n=Count("pk"))
        .values("n")
    )
    n_children = Coalesce(Subquery(below, output_field=IntegerField()), Value(0))
    return units.annotate(n_children=n_children)


def _seen(scope: Scope) -> QuerySet[OrgUnit]:
    units = OrgUnit.objects.all()
    return units if scope.unit_ids is None else units.filter(pk__in=scope.unit_ids)


def _is_top(scope: Scope) -> Q:
    """The root, or what may be seen without the one above it."""
    if scope.unit_ids is None:
        return Q(parent__isnull=True)
    return Q(parent__isnull=True) | ~Q(parent__in=scope.unit_ids)


def labels_of(units: Iterable[OrgUnit]) -> list[str]:
    """How units are offered for choosing: "name · code"."""
    return [f"{unit.name} · {unit.code}" for unit in units]


def suggest_units(words: str, *, scope: Scope, limit: int = 12) -> list[OrgUnit]:
    """Open units whose name or code holds the words, the nearest first; the first by code for none."""
    wanted = UnitFilter(words=words, state="open", sort="code")
    units = select_units(wanted, scope=scope).filter(merged_into__isnull=True)
    return list(units.order_by(F("needs_review").asc(), "code")[:limit])


def list_staff(unit: OrgUnit, *, limit: int = 30) -> list[RoleGrant]:
    """Roles of active people for this very unit, by name."""
    grants = RoleGrant.objects.filter(unit=unit, account__is_active=True).select_related("account")
    return list(grants.order_by("account__display_name", "role")[:limit])
