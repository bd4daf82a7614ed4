"""An entry in the words of the page, in the reader's language where it is written in it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhiyin.console.templatetags.shell import page_language
from zhiyin.portal.models import SaidAndDone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is shown; `language` is that of the words, `figures` and `change` are empty without any."""

    entry: SaidAndDone
    language: str
    title: str
    said: str
    done: str
    place: str
    since: str
    figures: str
    change: str


def show(entry: SaidAndDone) -> Shown:
    """The entry for this reader."""
    wanted = "zh" if page_language() == "zh" else "en"
    is_there = all(getattr(entry, f"{name}_{wanted}") for name in ("title", "said", "done"))
    other = "en" if wanted == "zh" else "zh"
    language = wanted if is_there else other
    return Shown(
        entry=entry,
        language="zh-hans" if language == "zh" else "en",
        title=getattr(entry, f"title_{language}"),
        said=getattr(entry, f"said_{language}"),
        done=getattr(entry, f"done_{language}"),
        place=entry.unit.name if entry.unit.parent_id else "",
        since=_("Since %(day)s") % {"day": date_format(entry.since, "DATE_FORMAT")},
        figures=_figures(entry),
        change=_change(entry),
    )


def _figures(entry: SaidAndDone) -> str:
    if not entry.n_voices:
        return ""
    text = ngettext(
        "%(n)d customer said something about it.", "%(n)d customers said something about it.", entry.n_voices
    )
    return text % {"n": entry.n_voices}


def _change(entry: SaidAndDone) -> str:
    """Whether fewer complain, said only as far as it is sure."""
    if entry.change is None or entry.change_low is None or entry.change_high is None:
        return ""
    shares = {
        "before": f"{(entry.share_before or 0) * 100:.1f}",
        "after": f"{(entry.share_after or 0) * 100:.1f}",
        "low": f"{entry.change_low * 100:+.1f}",
        "high": f"{entry.change_high * 100:+.1f}",
    }
    text = _("Of 100 who tell us something, %(before)s complained of it before, %(after)s since.") % shares
    if entry.change_low <= 0 <= entry.change_high:
        return f"{text} {_('That is no real change yet.')}"
    return f"{text} {_('Difference: %(low)s to %(high)s.') % shares}"
