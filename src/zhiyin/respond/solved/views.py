"""Page: after how many days customers are asked whether it is solved, and when a case climbs."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.console.pages import render_page
from zhiyin.console.toasts import tell
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.respond.solved.rules import MOST_DAYS, MOST_REOPENINGS, read_settings, save_settings


class SolvedForm(forms.Form):
    """The two figures."""

    days = forms.IntegerField(
        label=gettext_lazy("After how many days is the customer asked?"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("Counted from our answer, or from the closing. 0 asks at once."),
    )
    climbs_at = forms.IntegerField(
        label=gettext_lazy("From which reopening on does a case go a level up?"),
        min_value=0,
        max_value=MOST_REOPENINGS,
        help_text=gettext_lazy("0: never. The same owner takes it up again before that."),
    )


@requires(Permission.POLICIES_MANAGE)
def manage_solved(request: HttpRequest) -> HttpResponse:
    """The form; what waits already keeps its day."""
    now = read_settings()
    form = SolvedForm(request.POST or None, initial={"days": now.days, "climbs_at": now.climbs_at})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        save_settings(days=cleaned["days"], climbs_at=cleaned["climbs_at"], by=actor_of(request))
        tell(request, _("Kept. It holds for answers and closings from now on."))
        return redirect("manage_solved")
    status = 422 if request.method == "POST" else 200
    return render_page(request, "respond/solved/settings.html", {"form": form}, status=status)
