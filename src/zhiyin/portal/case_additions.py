"""What the portal adds to the page of a case: how the customer found our answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from zhiyin.portal.models import CaseRating
from zhiyin.respond.case_panels import CasePanel, register
from zhiyin.respond.models import Case
from zhiyin.respond.solved.scores import (
    Concern,
    Stars,
    StarsOfMany,
    register_star_reader,
    register_stars,
)


def add_to_cases() -> None:
    """Show the customer's stars to staff, and count them among the three concerns of a case."""
    register_stars("portal", _read_stars)
    register_star_reader("portal", _read_stars_of)
    register(CasePanel(name="ratings", template="portal/_case_ratings.html", build=_read_ratings))


def _read_ratings(case: Case, request: HttpRequest) -> Mapping[str, object]:
    ratings = list(CaseRating.objects.filter(case=case).order_by("-n_reopened"))
    return {"ratings": ratings} if ratings else {}


def _read_stars(case: Case) -> list[Stars]:
    return [
        Stars(concern=concern, stars=stars, round=rating.n_reopened)
        for rating in CaseRating.objects.filter(case=case)
        for concern in Concern
        if (stars := getattr(rating, concern.value)) is not None
    ]


def _read_stars_of(case_ids: Sequence[int]) -> StarsOfMany:
    """The latest stars of each concern, by case."""
    found: dict[int, dict[Concern, int]] = {}
    for rating in CaseRating.objects.filter(case__in=case_ids).order_by("n_reopened"):
        given = {one: stars for one in Concern if (stars := getattr(rating, one.value)) is not None}
        found.setdefault(rating.case_id, {}).update(given)
    return found
