"""What the page of a customer says of value: this year's statement."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from zhiyin.console.templatetags.shell import page_language
from zhiyin.customers.profile.panels import CustomerPanel, register_panels
from zhiyin.customers.profile.person import Person
from zhiyin.customers.value.reading import list_lines, sum_up
from zhiyin.customers.value.statements import get_template, period_name, write_statement
from zhiyin.engine import open_engine
from zhiyin.people.access import visitor_of
from zhiyin.people.permissions import Permission


def register_value_panel() -> None:
    """Adds the statement to the pages of customers."""
    register_panels(
        CustomerPanel(
            name="value",
            template="customers/value/_panel.html",
            permission=Permission.CUSTOMERS_READ,
            build=_build,
            order=60,
        )
    )


def _build(request: HttpRequest, person: Person) -> Mapping[str, object]:
    now = timezone.localtime()
    first = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    scope = visitor_of(request).scope_for(Permission.CUSTOMERS_READ)
    lines = list_lines(open_engine(settings.HOME), keys=person.keys, scope=scope, since=first, until=now)
    language = page_language()
    return {
        "statement": write_statement(
            get_template().texts,
            totals=sum_up(lines),
            language=language,
            period=period_name(first, now, language),
        ),
        "value_url": reverse("customer_value", args=[person.customer]),
    }
