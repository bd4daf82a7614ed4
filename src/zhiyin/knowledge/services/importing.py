"""Takes articles from files in: each a draft, for somebody to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from zhiyin.knowledge.errors import FileOfOtherUnit
from zhiyin.knowledge.markdown_files import Read
from zhiyin.knowledge.models import Article
from zhiyin.knowledge.services.articles import save_version, write_article
from zhiyin.people.actors import Actor
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many articles are new, got another version, or stand so already."""

    n_new: int
    n_changed: int
    n_same: int


def import_articles(read: Sequence[Read], *, owner: Account, scope: Scope, by: Actor) -> Imported:
    """All of them or none. An article of the same title and unit gets another version.

    Raises:
        FileOfOtherUnit: a unit is not there, or not the asker's. InvalidInput: an article cannot be kept.
    """
    counts = {"new": 0, "changed": 0, "same": 0}
    with transaction.atomic():
        for one in read:
            counts[_take(one, owner=owner, scope=scope, by=by)] += 1
        record_event("articles.imported", by=by, details={"articles": len(read)})
    return Imported(n_new=counts["new"], n_changed=counts["changed"], n_same=counts["same"])


def _take(one: Read, *, owner: Account, scope: Scope, by: Actor) -> str:
    unit = OrgUnit.objects.filter(code=one.unit).first() if one.unit else None
    unit_id = unit.pk if unit else None
    if (one.unit and unit is None) or not scope.allows(unit_id):
        raise FileOfOtherUnit(one.name)
    known = Article.objects.filter(
        unit_id=unit_id, versions__title=one.words.title, versions__number=F("n_versions")
    ).first()
    if known is None:
        write_article(one.words, owner=owner, by=by, unit_id=unit_id, audience=one.audience)
        return "new"
    latest = known.versions.order_by("-number").first()
    if latest is not None and latest.text == one.words.text and latest.asked_as == one.words.asked_as:
        return "same"
    save_version(known, one.words, by=by, seen=known.n_versions)
    return "changed"
