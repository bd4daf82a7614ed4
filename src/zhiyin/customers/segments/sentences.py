"""A definition in words, in the page's language."""

from __future__ import annotations

from functools import singledispatch

from django.utils.translation import gettext as _

from zhiyin.customers.profile.naming import aspect_name, channel_names
from zhiyin.customers.segments.catalogue import (
    BOUNDS,
    FIGURES,
    INTENTS,
    LASTS,
    POLARITIES,
    SENTIMENTS,
    TRAIT_COMPARES,
)
from zhiyin.customers.segments.definition import (
    Bought,
    Condition,
    Contacted,
    Did,
    Figure,
    Group,
    Last,
    Owns,
    Rated,
    SeenAt,
    Spoke,
    Trait,
    Visited,
    Wrote,
)
from zhiyin.people.queries.units import find_unit_by_code


def tell(definition: Group) -> str:
    """The definition as one sentence; whom "any" or "none" means stands in brackets."""
    parts = [
        _in_brackets(part) if isinstance(part, Group) else tell_condition(part) for part in definition.parts
    ]
    told = [part for part in parts if part]
    if not told:
        return ""
    if definition.op == "none":
        return _("none of: %(parts)s") % {"parts": _("; or ").join(told)}
    return (_("; and ") if definition.op == "all" else _("; or ")).join(told)


def _in_brackets(group: Group) -> str:
    told = tell(group)
    if not told or (len(group.parts) == 1 and group.op != "none"):
        return told
    return _("(%(parts)s)") % {"parts": told}


@singledispatch
def tell_condition(condition: Condition) -> str:
    """One condition in words."""
    raise TypeError(f"No words for a condition {type(condition).__name__}.")


def _often(condition: Spoke | Wrote | Bought | Contacted | Visited | Did, *, what: str) -> str:
    """What somebody did, how often, and since when."""
    words = {"what": what, "n": f"{condition.n:g}", "days": condition.days}
    is_money = isinstance(condition, Bought) and condition.measure == "amount"
    if is_money:
        is_least = condition.compare == "at_least"
        told = _("%(what)s for at least %(n)s") if is_least else _("%(what)s for less than %(n)s")
    elif condition.compare == "fewer_than":
        told = _("did not: %(what)s") if condition.n == 1 else _("%(what)s fewer than %(n)s times")
    else:
        told = what if condition.n == 1 else _("%(what)s at least %(n)s times")
    told = told % words if told is not what else what
    return _since(told, condition.days)


def _within(label: object) -> str:
    """A label inside a sentence."""
    text = str(label)
    return text[:1].lower() + text[1:]


def _since(told: str, days: int | None) -> str:
    return _("%(what)s in the last %(days)s days") % {"what": told, "days": days} if days else told


def _list(*words: object) -> str:
    return _(", ").join(str(word) for word in words if word)


def _quoted(text: str) -> str:
    return _("“%(words)s”") % {"words": text} if text else ""


@tell_condition.register
def _spoke(condition: Spoke) -> str:
    about = _quoted(aspect_name(condition.aspect)) if condition.aspect else ""
    polarity = POLARITIES.get(condition.polarity, "")
    if about and polarity:
        what = _("spoke of %(aspect)s (%(polarity)s)") % {"aspect": about, "polarity": polarity}
    elif about:
        what = _("spoke of %(aspect)s") % {"aspect": about}
    else:
        what = (
            _("voiced an opinion (%(polarity)s)") % {"polarity": polarity}
            if polarity
            else _("voiced an opinion")
        )
    return _often(condition, what=what)


@tell_condition.register
def _wrote(condition: Wrote) -> str:
    of = _list(
        SENTIMENTS.get(condition.sentiment, ""),
        INTENTS.get(condition.intent, ""),
        channel_names().get(condition.channel, condition.channel),
        condition.product,
    )
    what = _("left a voice (%(of)s)") % {"of": of} if of else _("left a voice")
    return _often(condition, what=what)


@tell_condition.register
def _rated(condition: Rated) -> str:
    scale = _("recommends with") if condition.scale == "nps" else _("gave stars:")
    told = _("%(what)s %(bound)s %(value)s") % {
        "what": scale,
        "bound": _within(BOUNDS[condition.compare]),
        "value": f"{condition.value:g}",
    }
    return _since(told, condition.days)


@tell_condition.register
def _bought(condition: Bought) -> str:
    of = _list(_quoted(condition.product), condition.channel)
    return _often(condition, what=_("bought %(of)s") % {"of": of} if of else _("bought"))


@tell_condition.register
def _contacted(condition: Contacted) -> str:
    of = _list(condition.channel, _("without a solution") if condition.is_unresolved else "")
    what = _("contacted us (%(of)s)") % {"of": of} if of else _("contacted us")
    return _often(condition, what=what)


@tell_condition.register
def _visited(condition: Visited) -> str:
    of = _list(_quoted(condition.purpose), condition.channel)
    return _often(condition, what=_("had a visit (%(of)s)") % {"of": of} if of else _("had a visit"))


@tell_condition.register
def _last(condition: Last) -> str:
    told = _("%(what)s %(bound)s %(days)s days ago") % {
        "what": _within(LASTS[condition.what]),
        "bound": _within(BOUNDS[condition.compare]),
        "days": condition.days,
    }
    return _("%(what)s, or never") % {"what": told} if condition.or_never else told


@tell_condition.register
def _figure(condition: Figure) -> str:
    return _("%(what)s %(bound)s %(value)s") % {
        "what": _within(FIGURES[condition.column]),
        "bound": _within(BOUNDS[condition.compare]),
        "value": f"{condition.value:g}",
    }


@tell_condition.register
def _did(condition: Did) -> str:
    return _often(condition, what=_("did %(name)s") % {"name": _quoted(condition.name)})


@tell_condition.register
def _owns(condition: Owns) -> str:
    what = (
        _("owns %(product)s") % {"product": _quoted(condition.product)}
        if condition.product
        else _("owns a product")
    )
    if condition.warranty_days is None:
        return what
    return _("%(what)s whose warranty ends within %(days)s days") % {
        "what": what,
        "days": condition.warranty_days,
    }


@tell_condition.register
def _seen_at(condition: SeenAt) -> str:
    unit = find_unit_by_code(condition.unit)
    return _("was seen at %(unit)s") % {"unit": unit.name if unit else condition.unit}


@tell_condition.register
def _trait(condition: Trait) -> str:
    told = _("%(what)s %(compare)s") % {
        "what": _quoted(condition.name),
        "compare": _within(TRAIT_COMPARES[condition.compare]),
    }
    return told if condition.compare == "is_known" else f"{told} {_quoted(condition.value)}"
