"""What people type on the pages of articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zhiyin.knowledge.models import Audience
from zhiyin.knowledge.plain import MAX_SIGNS
from zhiyin.knowledge.services import Words
from zhiyin.knowledge.services.articles import REVIEW_DAYS
from zhiyin.people.models import Account, OrgUnit


class _UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units by their names."""

    def label_from_instance(self, obj: OrgUnit) -> str:
        """The name alone."""
        return obj.name


class ArticleForm(forms.Form):
    """Words and facts of an article."""

    title = forms.CharField(label=_("What does it answer?"), max_length=120)
    text = forms.CharField(
        label=_("Article"),
        max_length=MAX_SIGNS,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("The answer first, then the steps. Markdown works: # heading, - list, **bold**."),
    )
    asked_as = forms.CharField(
        label=_("How customers ask for it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line each, in their own words. The search knows them."),
    )
    product = forms.CharField(label=_("For which product?"), required=False, max_length=60)
    person = forms.CharField(label=_("For whom?"), required=False, max_length=60)
    place = forms.CharField(label=_("Where?"), required=False, max_length=60)
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[(Audience.STAFF, _("Colleagues")), (Audience.PUBLIC, _("Customers too, on the help page"))],
    )
    unit = _UnitField(label=_("Where does it hold?"), queryset=OrgUnit.objects.none(), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who answers for it?"), queryset=Account.objects.none(), empty_label=None
    )
    review_on = forms.DateField(
        label=_("Look at it again by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On this day the owner is reminded."),
    )

    def __init__(
        self,
        *args: object,
        units: Sequence[OrgUnit],
        owners: Sequence[Account],
        may_all: bool,
        **named: object,
    ) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        unit, owner = self.fields["unit"], self.fields["owner"]
        assert isinstance(unit, forms.ModelChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        unit.queryset = OrgUnit.objects.filter(pk__in=[one.pk for one in units]).order_by("path")
        unit.empty_label = _("Everywhere") if may_all else None
        unit.required = not may_all
        owner.queryset = Account.objects.filter(pk__in=[one.pk for one in owners]).order_by("username")
        self.fields["review_on"].initial = timezone.localdate() + timedelta(days=REVIEW_DAYS)

    def words(self, *, case_number: str = "") -> Words:
        """What was typed, once it is valid."""
        given = self.cleaned_data
        return Words(
            title=given["title"],
            text=given["text"],
            asked_as=given["asked_as"],
            person=given["person"],
            product=given["product"],
            place=given["place"],
            case_number=case_number,
        )
