"""Personas that voices propose, with a name and a description of what is typical."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.numbers import Language
from zhiyin.insight import naming
from zhiyin.insight.journeys.clusters import Group, Typical
from zhiyin.insight.journeys.document import Persona
from zhiyin.insight.journeys.editing import MAX_NAME
from zhiyin.insight.wording import wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One group as a persona that can be taken over; `said` tells what is typical, with figures."""

    place: int
    persona: Persona
    group: Group
    said: tuple[str, ...]


def propose(groups: tuple[Group, ...], *, language: Language) -> list[Proposal]:
    """The groups as personas; one that nothing is typical of makes none."""
    return [
        Proposal(
            place=place,
            persona=_persona(group, place=place, language=language),
            group=group,
            said=tuple(_say(one, language=language) for one in group.typical),
        )
        for place, group in enumerate(groups)
        if group.typical
    ]


def _persona(group: Group, *, place: int, language: Language) -> Persona:
    first = [_name(one, language=language) for one in group.typical[:2]]
    description = _("Found in voices: %(said)s.") % {
        "said": "; ".join(_say(one, language=language) for one in group.typical)
    }
    return Persona(
        id=f"found-{place + 1}",
        name=_(" and ").join(first)[:MAX_NAME],
        description=description,
        traits=group.traits,
        found_in="voices",
    )


def _name(one: Typical, *, language: Language) -> str:
    if one.kind == "aspect":
        return _("minds %(what)s") % {"what": naming.aspect_name(one.name, language=language)}
    name = wording(language).name(one.name)
    return (
        _("misses %(what)s") % {"what": name}
        if one.kind == "need_unmet"
        else _("finds %(what)s") % {"what": name}
    )


def _say(one: Typical, *, language: Language) -> str:
    """As: misses timely 62.0% (2.1 times the others)."""
    return _("%(what)s %(share)s (%(lift)s times the others)") % {
        "what": _name(one, language=language),
        "share": numbers.percent(one.share),
        "lift": numbers.plain(min(one.lift, 99.0)),
    }
