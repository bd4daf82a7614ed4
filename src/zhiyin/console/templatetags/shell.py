"""Template tags of the shell: `{% load shell %}`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django import template
from django.forms.boundfield import BoundField, BoundWidget
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zhiyin.console import numbers
from zhiyin.console.header import draw_parts
from zhiyin.console.icons import icon as draw_icon
from zhiyin.console.sparklines import sparkline as draw_sparkline

register = template.Library()


class _CaptureNode(template.Node):
    """Renders what it encloses into a variable."""

    def __init__(self, nodelist: template.NodeList, *, name: str) -> None:
        self.nodelist = nodelist
        self._name = name

    def render(self, context: Context) -> SafeString:
        """Nothing here: the words go into the variable."""
        context[self._name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered
        return mark_safe("")


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> _CaptureNode:
    """`{% capture name %}…{% endcapture %}`: a block of which the page needs the words twice."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return _CaptureNode(nodelist, name=name)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of Tabler's; with a `label` where it stands alone."""
    return draw_icon(name, label=label)


@register.simple_tag(takes_context=True)
def header_parts(context: Context) -> list[SafeString]:
    """What features put into the head of the page; nothing where there is no request."""
    request = context.get("request")
    return draw_parts(request) if request is not None else []


@register.simple_tag
def sparkline(values: Sequence[float | None], label: str = "") -> SafeString:
    """A line of values, oldest first; None leaves a gap."""
    return draw_sparkline(values, label=label)


@register.filter
def count(n: float | None) -> str:
    """A count as people write it: 1.2万, 12k; a dash for None."""
    return "–" if n is None else numbers.count(n, language=page_language())


@register.filter
def percent(share: float | None) -> str:
    """A share (0 to 1) as percent with one digit."""
    return numbers.percent(share)


@register.filter
def signed(value: float | None, digits: int = 1) -> str:
    """A value with its sign."""
    return numbers.signed(value, digits=digits)


@register.filter
def signed_points(share: float | None) -> str:
    """A difference of shares (0 to 1) in percentage points, with its sign."""
    return numbers.signed(None if share is None else share * 100)


@register.filter
def decimal(value: float | None, digits: int = 1) -> str:
    """A value with the given digits."""
    return numbers.plain(value, digits=digits)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A `<time>`: relative within a day ("5 minutes ago"), else date and time; the whole as its title."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        whole_moment(local),
        relative(value, now=timezone.now()),
    )


def relative(value: datetime, *, now: datetime) -> str:
    """How long ago within a day, else the date (with the year if it is another) and time."""
    ago = now - value
    minutes = int(ago.total_seconds() // 60)
    if timedelta(0) <= ago < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) < ago < timedelta(hours=1):
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if timedelta(0) < ago < timedelta(days=1):
        return ngettext("%(n)d hour ago", "%(n)d hours ago", minutes // 60) % {"n": minutes // 60}
    local = timezone.localtime(value)
    return short_moment(local, with_year=local.year != timezone.localtime(now).year)


def short_moment(local: datetime, *, with_year: bool) -> str:
    """11月3日 14:05 or 3 Nov 14:05; 2025年11月3日 or 3 Nov 2025 where the year matters."""
    if with_year:
        return formats.date_format(local, "Y年n月j日" if page_language() == "zh" else "j M Y")
    return formats.date_format(local, "n月j日 H:i" if page_language() == "zh" else "j M H:i")


def whole_moment(local: datetime) -> str:
    """Date and time with year and zone."""
    form = "Y年n月j日 H:i T" if page_language() == "zh" else "j M Y H:i T"
    return formats.date_format(local, form)


def page_language() -> numbers.Language:
    """The language of the page."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a space; nothing in Chinese, where the full stop has its own."""
    return "" if page_language() == "zh" else " "


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: object) -> str:
    """The address's query string with parameters set anew (empty drops one), for paging and sorting."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


_WIDGET_CLASSES = {
    "checkbox": "form-check-input",
    "select": "form-select",
    "selectmultiple": "form-select",
    "nullbooleanselect": "form-select",
}


@register.simple_tag
def bootstrap_widget(field: BoundField) -> SafeString:
    """The field's widget with Bootstrap's classes; Django adds the aria attributes of help and errors."""
    classes = [_WIDGET_CLASSES.get(field.widget_type, "form-control")]
    classes += ["is-invalid"] if field.errors else []
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": " ".join([*classes, *([own] if own else [])])})


@register.simple_tag
def bootstrap_choice(choice: BoundWidget) -> SafeString:
    """One radio button or check box of a group."""
    choice.data["attrs"] = {**choice.data["attrs"], "class": "form-check-input"}
    return choice.tag()
