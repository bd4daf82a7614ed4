"""Reads the addresses at which customers speak."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import ROOT_KIND
from zhiyin.people.scope import Scope
from zhiyin.portal.errors import SpeakLinkNotFound
from zhiyin.portal.models import SpeakLink

STORE_KIND = "store"


def find_open_link(code: str) -> SpeakLink | None:
    """The active link of that code, as somebody may have typed it: case does not count.

    Its `unit` is the one that the unit on paper was merged into, where it was.
    """
    links = SpeakLink.objects.select_related("unit__merged_into").filter(is_active=True)
    link = links.filter(code=code.strip().lower()).first()
    if link is None:
        return None
    if link.unit.merged_into is not None:
        link.unit = link.unit.merged_into
    return link if link.unit.is_active else None


def get_link(code: str, *, scope: Scope) -> SpeakLink:
    """The link of that code.

    Raises:
        SpeakLinkNotFound: there is none within the scope.
    """
    link = SpeakLink.objects.select_related("unit").filter(code=code).first()
    if link is None or not scope.allows(link.unit_id):
        raise SpeakLinkNotFound("There is no such link.", next_step="Choose one from the list.")
    return link


def list_links(*, scope: Scope, text: str = "", is_active: bool | None = None) -> QuerySet[SpeakLink]:
    """Links within the scope whose unit's name or code holds the text, by unit and place."""
    links = SpeakLink.objects.select_related("unit").order_by("unit__name", "touchpoint", "pk")
    if scope.unit_ids is not None:
        links = links.filter(unit_id__in=scope.unit_ids)
    if is_active is not None:
        links = links.filter(is_active=is_active)
    if text:
        links = links.filter(unit__name__icontains=text) | links.filter(unit__code__icontains=text)
    return links


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCounts:
    """How many links are open, how many there are in all, and how many voices came by them."""

    n_active: int
    n_links: int
    n_voices: int


def count_links(*, scope: Scope) -> LinkCounts:
    """Counts over the links within the scope. One query."""
    row = list_links(scope=scope).aggregate(
        n_active=Count("pk", filter=Q(is_active=True)),
        n_links=Count("pk"),
        n_all=Sum("n_voices", default=0),  # an aggregate cannot be named as a column is
    )
    return LinkCounts(n_active=row["n_active"], n_links=row["n_links"], n_voices=row["n_all"])


def list_stores_without_link(*, scope: Scope, is_locked: bool = False) -> list[OrgUnit]:
    """Active stores within the scope that have no active link for the store as a whole.

    Where no unit is called a store, the lowest units of the tree count as stores.
    """
    units = OrgUnit.objects.filter(is_active=True).exclude(kind=ROOT_KIND).order_by("code")
    stores = units.filter(kind=STORE_KIND)
    stores = stores if stores.exists() else units.filter(children__isnull=True)
    if scope.unit_ids is not None:
        stores = stores.filter(pk__in=scope.unit_ids)
    with_link = SpeakLink.objects.filter(is_active=True, touchpoint="").values("unit_id")
    stores = stores.exclude(pk__in=with_link)
    # FOR UPDATE cannot stand on the nullable side of the join to the units below.
    return list(
        OrgUnit.objects.select_for_update().filter(pk__in=stores.values("pk")) if is_locked else stores
    )
