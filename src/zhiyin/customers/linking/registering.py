"""What linking registers with the other rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section
from zhiyin.console.navigation import register as register_entries
from zhiyin.customers.linking import backfill
from zhiyin.customers.linking.job import make_kind
from zhiyin.customers.profile.panels import CustomerPanel, register_panels
from zhiyin.customers.profile.person import Person
from zhiyin.engine.vault import Vault
from zhiyin.listen import appearing
from zhiyin.listen.services.jobs import register as register_job
from zhiyin.people.permissions import Permission


def register() -> None:
    """Links whoever appears in voices and records; pages in the menu, the panel, the kind of job."""
    if _link not in appearing.on_appeared:
        appearing.on_appeared.append(_link)
    register_job(make_kind())
    register_job(backfill.make_kind())
    register_panels(
        CustomerPanel(
            name="links",
            template="customers/linking/_panel.html",
            permission=Permission.CUSTOMERS_READ,
            build=_panel,
            order=5,
        )
    )
    register_entries(
        NavEntry(
            section=Section.CUSTOMERS,
            name=_("Held back"),
            url_name="held_links",
            icon="link",
            permission=Permission.CUSTOMERS_READ.value,
            order=32,
            help=_("Links that a guard keeps from joining, to decide"),
        ),
        NavEntry(
            section=Section.SETTINGS,
            name=_("Linking customers"),
            url_name="link_rules",
            icon="link",
            permission=Permission.INSTALLATION_MANAGE.value,
            order=78,
            help=_("Which identifiers make one person, tried before they are used"),
        ),
    )


def _link(appearances: Sequence[appearing.Appearance], vault: Vault) -> None:
    from zhiyin.customers.linking.services import take_appearances

    take_appearances(appearances, vault=vault)


def _panel(request: HttpRequest, person: Person) -> Mapping[str, object]:
    return {"customer": person.customer}
