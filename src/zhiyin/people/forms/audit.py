"""The filter of the audit trail."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.people.audit_words import object_names
from zhiyin.people.queries.audit_trail import AuditFilter

_KINDS = ("account", "key", "system", "visitor")


class AuditFilterForm(forms.Form):
    """Who, what, which thing, with what outcome, from when to when; everything may stay empty."""

    who = forms.CharField(label=_("Who"), label_suffix="", required=False, max_length=150)
    what = forms.ChoiceField(label=_("What"), label_suffix="", required=False)
    thing = forms.RegexField(label=_("Thing"), regex=r"^[a-z_]{1,32}:.{0,64}$", required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        label_suffix="",
        required=False,
        choices=[
            ("", _("Any outcome")),
            ("done", _("Succeeded")),
            ("refused", _("Refused")),
            ("failed", _("Failed")),
        ],
    )
    since = forms.DateField(
        label=_("From day"), label_suffix="", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), label_suffix="", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def offer_actions(self, actions: list[str]) -> None:
        """Let one choose among the things that the trail tells of."""
        known = {action.partition(".")[0] for action in actions}
        names = object_names()
        choices = [(code, names.get(code, code)) for code in sorted(known)]
        self.fields["what"].choices = [("", _("Everything")), *choices]  # type: ignore[attr-defined]
        self._actions = actions

    def wanted(self, *, actors: frozenset[str] | None) -> AuditFilter:
        """The filter; `actors` are the accounts whose name fits `who`, None where that is empty."""
        given = self.cleaned_data
        what, thing = given.get("what") or "", given.get("thing") or ""
        kind, _colon, thing_id = thing.partition(":")
        return AuditFilter(
            actors=actors,
            target=(kind, thing_id),
            actions=frozenset(
                action for action in self._actions if what and action.partition(".")[0] == what
            ),
            outcome=given.get("outcome") or "",
            since=_start_of(given.get("since")),
            until=_start_of(given.get("until"), days=1),
        )


def _start_of(day: date | None, *, days: int = 0) -> datetime | None:
    """When the day, or one so many days later, begins in the current zone."""
    if day is None:
        return None
    try:
        return timezone.make_aware(datetime.combine(day + timedelta(days=days), time()))
    except OverflowError:
        return None
