"""Events of the audit trail in the words of the page that shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhiyin.people.audit_words import action_words, field_name, object_names, value_words
from zhiyin.people.permissions import KeyScope
from zhiyin.people.queries.audit_trail import NamedEvent
from zhiyin.people.role_words import role_name, scope_words
from zhiyin.people.roles import Role
from zhiyin.people.unit_words import kind_name

# Beside `parent_id` it says the same once more, for those who read the trail by program.
_TWICE_TOLD = frozenset({"parent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event in words; `thing_key` is "kind:id" of what it befell, `details` name and value."""

    named: NamedEvent
    actor: str
    action: str
    thing: str
    thing_key: str
    outcome: str
    details: list[tuple[str, str]]


def tell_event(named: NamedEvent) -> ToldEvent:
    """The event in the page's language."""
    event = named.event
    outcomes = {"done": _("Succeeded"), "refused": _("Refused"), "failed": _("Failed")}
    return ToldEvent(
        named=named,
        actor=named.actor_name or _actor(event.actor_kind, event.actor_id),
        action=action_words(event.action, outcome=event.outcome),
        thing=_thing(named),
        thing_key=f"{event.target_kind}:{event.target_id}",
        outcome=outcomes.get(event.outcome, event.outcome),
        details=_details(named.details, names=named.detail_names),
    )


def _details(told: Mapping[str, str], *, names: Mapping[str, str]) -> list[tuple[str, str]]:
    lines = []
    for name, value in told.items():
        is_told_beside = name.endswith("_before") or (name == "before" and "after" in told)
        if is_told_beside or (name in _TWICE_TOLD and "parent_id" in told):
            continue
        after = _value(name, value, names=names)
        before = told.get("before" if name == "after" else f"{name}_before")
        if before is not None:
            after = f"{_value(name, before, names=names) or '–'} → {after or '–'}"
        lines.append((field_name(name), after))
    return lines


def _value(name: str, value: str, *, names: Mapping[str, str]) -> str:
    """A detail as people say it: the unit's name for its id, the role's for its code."""
    if name == "unit" and not value:
        return _("whole company")
    if value in names and name in ("parent_id", "merged_into_id", "unit", "parent", "owner"):
        return names[value]
    if name == "role" and value in set(Role):
        return str(role_name(value))
    if name == "scopes":
        known = set(KeyScope)
        return "; ".join(str(scope_words(scope)) if scope in known else scope for scope in value.split())
    plain = {
        "True": _("yes"),
        "False": _("no"),
        "invitation": _("invitation"),
        "reset": _("new password"),
    }
    if value in plain:
        return plain[value]
    told = value_words(name, value)
    return kind_name(value, language=get_language() or "zh") if told == value and name == "kind" else told


def _actor(kind: str, actor_id: str) -> str:
    names = {
        "account": _("Removed account"),
        "key": _("API key"),
        "system": _("Zhiyin itself"),
        "visitor": _("Somebody not signed in"),
    }
    return " ".join(part for part in (names.get(kind, kind), actor_id) if part)


def _thing(named: NamedEvent) -> str:
    event = named.event
    if not event.target_kind:
        return ""
    name = named.target_name or event.target_id
    return f"{object_names().get(event.target_kind, event.target_kind)} {name}".strip()
