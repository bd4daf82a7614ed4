"""The forms that customers fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.errors import InvalidInput
from zhiyin.people.models import OrgUnit
from zhiyin.portal.services.speak_links import MAX_TOUCHPOINT
from zhiyin.portal.services.voices import (
    MAX_NAME,
    MAX_TEXT,
    Spoken,
    is_form_id,
    make_form_id,
)
from zhiyin.respond.contacts import read_contact

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

_MAX_PHONE = 40
STARS: tuple[tuple[int, StrPromise], ...] = (
    (1, gettext_lazy("Very bad")),
    (2, gettext_lazy("Bad")),
    (3, gettext_lazy("So-so")),
    (4, gettext_lazy("Good")),
    (5, gettext_lazy("Very good")),
)


class TrapField(forms.CharField):
    """Nobody sees it; programs that fill in everything do."""

    def validate(self, value: str) -> None:
        """Refuse any content, openly: a browser's helper may have filled it in for a person."""
        if value:
            raise forms.ValidationError(_("Please leave this field empty."))


class _StarsField(forms.TypedChoiceField):
    """1 to 5, or None."""

    def __init__(self) -> None:
        super().__init__(required=False, choices=[(n, n) for n, _word in STARS], coerce=int, empty_value=None)


class WordsForm(forms.Form):
    """Words that somebody adds; `is_required` says whether there must be any: not where files come along."""

    words = forms.CharField(required=False)

    def __init__(self, *args: object, is_required: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._is_required = is_required

    def clean_words(self) -> str:
        """The words, with a browser's line ends made ours."""
        text = _text(self.cleaned_data["words"])
        if self._is_required and not text:
            raise forms.ValidationError(_("Please write a few words."))
        return text


class SpeakForm(forms.Form):
    """What somebody wants to say: words or stars or both; the rest is free."""

    form_id = forms.CharField(required=False)
    text = forms.CharField(required=False)
    stars = _StarsField()
    wants_answer = forms.BooleanField(required=False)
    name = forms.CharField(required=False)
    phone = forms.CharField(required=False)
    leave_empty = TrapField(required=False)

    def __init__(self, *args: object, has_files: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._has_files = has_files

    def clean_form_id(self) -> str:
        """The id that the page gave, else a new one."""
        form_id: str = self.cleaned_data["form_id"]
        return form_id if is_form_id(form_id) else make_form_id()

    def clean_text(self) -> str:
        """The words, with a browser's line ends made ours."""
        return _text(self.cleaned_data["text"])

    def clean_name(self) -> str:
        """How to call the customer."""
        name: str = self.cleaned_data["name"]
        if len(name) > MAX_NAME:
            raise forms.ValidationError(_("Please keep the name short."))
        return name

    def clean_phone(self) -> str:
        """The number as digits."""
        given: str = self.cleaned_data["phone"]
        try:
            return read_contact(phone=given[:_MAX_PHONE]).phone
        except InvalidInput:
            words = _("This does not look like a phone number. Digits are enough.")
            raise forms.ValidationError(words) from None

    def clean(self) -> None:
        """There must be something to hear, and words where an answer is wished."""
        if self.errors:
            return
        data = self.cleaned_data
        if self._has_files:
            return
        if not data["text"] and data["wants_answer"]:
            self.add_error("text", _("Please write what we should answer."))
        elif not data["text"] and not data["stars"]:
            self.add_error("text", _("Please write a few words, or choose the stars."))

    def spoken(self, *, place: str, stand_in: str = "") -> Spoken:
        """What the valid form says; `stand_in` stands where files came without words."""
        data = self.cleaned_data
        return Spoken(
            form_id=data["form_id"],
            text=data["text"] or stand_in,
            stars=data["stars"],
            name=data["name"],
            phone=data["phone"],
            wants_answer=data["wants_answer"],
            place=place,
        ).tidied()


class FindForm(forms.Form):
    """The number of a case, and the last four digits of the phone that was left."""

    number = forms.CharField(required=False, max_length=40)
    digits = forms.CharField(required=False, max_length=20)

    def clean_number(self) -> str:
        """The number as it was given."""
        number: str = self.cleaned_data["number"]
        if not number:
            raise forms.ValidationError(_("Please enter the number."))
        return number

    def clean_digits(self) -> str:
        """Four digits."""
        digits: str = self.cleaned_data["digits"]
        if not (len(digits) == 4 and digits.isdecimal()):
            raise forms.ValidationError(_("Please enter four digits."))
        return "".join(str(int(sign)) for sign in digits)


class RateForm(forms.Form):
    """Stars for the three concerns."""

    solved = _StarsField()
    speed = _StarsField()
    attitude = _StarsField()


class SpeakLinkForm(forms.Form):
    """For staff: the unit that is spoken to, and the place in it."""

    touchpoint = forms.CharField(
        label=gettext_lazy("Place"),
        label_suffix="",
        required=False,
        max_length=MAX_TOUCHPOINT,
        help_text=gettext_lazy("Till 2, table 14, take-away counter … or nothing for the whole store"),
    )

    def __init__(self, data: QueryDict | None, *, units: Sequence[OrgUnit]) -> None:
        super().__init__(data)
        choices = [(unit.pk, f"{'　' * max(0, unit.path.count('/') - 2)}{unit.name}") for unit in units]
        self.fields["unit"] = forms.TypedChoiceField(
            label=gettext_lazy("Unit"), label_suffix="", coerce=int, choices=choices
        )


def _text(given: str) -> str:
    text = given.replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise forms.ValidationError(
            _("Please keep it within %(most)s characters; this is %(n)s.")
            % {"most": f"{MAX_TEXT:,}", "n": f"{len(text):,}"}
        )
    return text
