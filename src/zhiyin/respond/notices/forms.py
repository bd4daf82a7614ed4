"""What people type about their notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from zhiyin.people.models import Account
from zhiyin.respond.notices.kinds import MailWish
from zhiyin.respond.notices.services import Wishes, wishes_of
from zhiyin.respond.notices.words import WISH_NAMES


class WishesForm(forms.Form):
    """What comes by mail, and when not."""

    mail = forms.ChoiceField(
        label=_("By mail too"), choices=[(one.value, name) for one, name in WISH_NAMES.items()]
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("What waits comes then, in one mail. Only cases of the highest urgency break it."),
    )

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.label_suffix = ""

    def words(self) -> Wishes:
        """What was typed."""
        typed = self.cleaned_data
        return Wishes(
            mail=MailWish(typed["mail"]), quiet_from=typed["quiet_from"], quiet_until=typed["quiet_until"]
        )


def wishes_before(account: Account) -> dict[str, object]:
    """What the form shows of the account."""
    wishes = wishes_of([account.pk])[account.pk]
    return {"mail": wishes.mail.value, "quiet_from": wishes.quiet_from, "quiet_until": wishes.quiet_until}
