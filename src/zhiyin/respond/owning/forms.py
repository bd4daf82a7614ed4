"""What people type about what staff can do."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.errors import InvalidInput
from zhiyin.respond.forms import LOCAL_TIME, LocalTime
from zhiyin.respond.models import StaffAbility
from zhiyin.respond.owning.services import AbilityWords, read_words


class AbilityForm(forms.Form):
    """Skills, languages, room and hours of one account."""

    skills = forms.CharField(
        label=_("Skills"),
        max_length=1_000,
        required=False,
        help_text=_("With commas between, such as: broadband, refunds."),
    )
    languages = forms.CharField(
        label=_("Languages"), max_length=200, help_text=_("As codes with commas between: zh, en.")
    )
    capacity = forms.IntegerField(
        label=_("Most open cases"),
        min_value=0,
        max_value=1_000,
        help_text=_("With so many, no more are given by themselves. 0: none ever."),
    )
    follows_hours = forms.BooleanField(
        label=_("Gets cases within working time alone"),
        required=False,
        help_text=_("By the working calendar of the case’s unit."),
    )
    away_until = forms.DateTimeField(
        label=_("Away until"), required=False, widget=LocalTime(), input_formats=[LOCAL_TIME]
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.label_suffix = ""

    def clean_skills(self) -> tuple[str, ...]:
        """The skills, folded."""
        return _words(self.cleaned_data["skills"])

    def clean_languages(self) -> tuple[str, ...]:
        """The languages, folded."""
        return _words(self.cleaned_data["languages"])

    def words(self) -> AbilityWords:
        """What was typed."""
        typed = self.cleaned_data
        return AbilityWords(
            skills=typed["skills"],
            languages=typed["languages"],
            capacity=typed["capacity"],
            follows_hours=typed["follows_hours"],
            away_until=typed["away_until"],
        )


def typed_before(ability: StaffAbility | None) -> dict[str, object]:
    """What the form shows of an account."""
    if ability is None:
        return {"languages": "zh", "capacity": 20}
    return {
        "skills": ", ".join(ability.skills),
        "languages": ", ".join(ability.languages),
        "capacity": ability.capacity,
        "follows_hours": ability.follows_hours,
        "away_until": _local(ability.away_until),
    }


def _local(moment: datetime | None) -> datetime | None:
    return None if moment is None else timezone.localtime(moment)


def _words(text: str) -> tuple[str, ...]:
    try:
        return read_words(text)
    except InvalidInput:
        raise forms.ValidationError(_("Name at most 30 of at most 40 signs each.")) from None
