"""What the command palette finds of insight: units and aspects, each within the asker's scope."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.console.navigation import Found
from zhiyin.listen.services.taxonomy import get_taxonomy
from zhiyin.people.access import visitor_of
from zhiyin.people.models import OrgUnit
from zhiyin.people.models.units import fold_name
from zhiyin.people.permissions import Permission

_MAX_UNITS = 10


def find_units(request: HttpRequest, text: str) -> Iterator[Found]:
    """Units whose name holds the text or whose code begins with it. At most two queries."""
    scope = visitor_of(request).scope_for(Permission.SUMMARY_READ)
    units = OrgUnit.objects.filter(Q(folded_name__contains=fold_name(text)) | Q(code__istartswith=text))
    if scope.unit_ids is not None:
        units = units.filter(pk__in=scope.unit_ids)
    for unit in units.filter(is_active=True).order_by("code")[:_MAX_UNITS]:
        yield Found(name=unit.name, hint=unit.code, url=reverse("unit", args=[unit.code]))


def find_aspects(request: HttpRequest, text: str) -> Iterator[Found]:
    """Aspects of the taxonomy in use whose name, in either language, holds the text."""
    if not visitor_of(request).may(Permission.SUMMARY_READ):
        return
    taxonomy = get_taxonomy().taxonomy
    chinese, english = taxonomy.names("zh"), taxonomy.names("en")
    shown = chinese if (get_language() or "zh").startswith("zh") else english
    for aspect, name in shown.items():
        if text in chinese.get(aspect, "").casefold() or text in english.get(aspect, "").casefold():
            yield Found(name=name, hint=_("Aspect"), url=reverse("aspect", args=[aspect]))
