"""The shipped policies come with the sample company, and go with it where nobody has touched them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from zhiyin.engine import Engine
from zhiyin.listen.sample import Company
from zhiyin.listen.services import sample, sample_removal
from zhiyin.people.actors import SYSTEM
from zhiyin.people.scope import EVERYTHING
from zhiyin.respond.models import Policy
from zhiyin.respond.policies.shipped import list_shipped, use_shipped


def register() -> None:
    """Called once, when the app is ready."""
    if _bring not in sample.on_loaded:
        sample.on_loaded.append(_bring)
    if forget_shipped not in sample_removal.on_removed:
        sample_removal.on_removed.append(forget_shipped)


def forget_shipped(feedback_ids: Sequence[str]) -> None:
    """Remove of the shipped policies those that no account made or changed, and nobody asked."""
    codes = [one.code for one in list_shipped()]
    counted = Policy.objects.filter(code__in=codes, made_by=None).annotate(
        n_versions=Count("versions", distinct=True), n_asked=Count("versions__decisions", distinct=True)
    )
    Policy.objects.filter(
        pk__in=[one.pk for one in counted if one.n_versions == 1 and not one.n_asked]
    ).delete()


def _bring(company: Company, engine: Engine) -> None:
    if not Policy.objects.exists():
        use_shipped(language="zh", by=SYSTEM, scope=EVERYTHING)
