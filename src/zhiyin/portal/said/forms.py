"""What staff type for an entry of what customers said and what we did."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.console.templatetags.shell import page_language
from zhiyin.insight.aspect_tree import read_aspect_tree
from zhiyin.people.models import OrgUnit
from zhiyin.portal.said.services import Entry

_MAX_TEXT = 1_000


def _area() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "maxlength": _MAX_TEXT})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units by their names."""

    def label_from_instance(self, obj: OrgUnit) -> str:
        """The name alone."""
        return obj.name


class EntryForm(forms.Form):
    """The words in either language, since when it is done, and what is counted."""

    unit = _UnitField(label=_("Where was it done?"), queryset=OrgUnit.objects.none(), empty_label=None)
    since = forms.DateField(label=_("Done since"), widget=_day())
    title_zh = forms.CharField(label=_("Title, Chinese"), required=False, max_length=80)
    said_zh = forms.CharField(
        label=_("What customers said, Chinese"), required=False, max_length=_MAX_TEXT, widget=_area()
    )
    done_zh = forms.CharField(
        label=_("What we did, Chinese"), required=False, max_length=_MAX_TEXT, widget=_area()
    )
    title_en = forms.CharField(label=_("Title, English"), required=False, max_length=120)
    said_en = forms.CharField(
        label=_("What customers said, English"), required=False, max_length=_MAX_TEXT, widget=_area()
    )
    done_en = forms.CharField(
        label=_("What we did, English"), required=False, max_length=_MAX_TEXT, widget=_area()
    )
    aspect = forms.ChoiceField(
        label=_("Count voices about"),
        required=False,
        help_text=_("How many said it, and whether fewer complain since, is counted when you save."),
    )
    first_day = forms.DateField(label=_("Count from"), required=False, widget=_day())
    last_day = forms.DateField(label=_("Count until"), required=False, widget=_day())

    def __init__(self, *args: object, units: Sequence[OrgUnit], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].queryset = OrgUnit.objects.filter(pk__in=[one.pk for one in units])  # type: ignore[attr-defined]
        nodes = read_aspect_tree(page_language()).nodes.values()
        lines = [(node.id, "　" * (node.level - 1) + node.name) for node in nodes]
        self.fields["aspect"].choices = [("", _("Nothing")), *lines]  # type: ignore[attr-defined]

    def entry(self) -> Entry:
        """What the valid form says."""
        return Entry(**self.cleaned_data)
