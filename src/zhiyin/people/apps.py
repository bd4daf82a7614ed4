"""The Django app of this room."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from zhiyin.console.navigation import NavEntry, Section, register


class PeopleConfig(AppConfig):
    """Registers the room under the label `people`."""

    name = "zhiyin.people"
    label = "people"

    def ready(self) -> None:
        """Ids that were remembered may mean something else after a migration or a flush."""
        from zhiyin.console.file_gate import register_gate
        from zhiyin.engine.sealed import register_sealed
        from zhiyin.people.caches import forget_everything
        from zhiyin.people.exporting.addresses import list_sealed_here
        from zhiyin.people.exporting.gate import PeopleGate
        from zhiyin.people.permissions import Permission

        register_gate(PeopleGate())
        register_sealed(*list_sealed_here())
        post_migrate.connect(forget_everything, sender=self, dispatch_uid="people.forget")
        register(
            NavEntry(
                section=Section.SETTINGS,
                name=_("Unit tree"),
                url_name="manage_units",
                icon="sitemap",
                permission=Permission.UNITS_MANAGE.value,
                order=10,
                help=_("The company's regions and stores"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("Working calendars"),
                url_name="manage_calendars",
                icon="calendar",
                permission=Permission.UNITS_MANAGE.value,
                order=15,
                help=_("Hours, holidays and days worked in exchange"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("People"),
                url_name="manage_accounts",
                icon="users",
                permission=Permission.ACCOUNTS_MANAGE.value,
                order=20,
                help=_("Accounts, roles, invitations"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("API keys"),
                url_name="manage_keys",
                icon="key",
                permission=Permission.KEYS_MANAGE.value,
                order=60,
                help=_("How other systems send voices"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("Large exports"),
                url_name="exports",
                icon="download",
                permission=Permission.EXPORTS_APPROVE.value,
                order=65,
                help=_("Who asks for large files, and from how many rows on"),
            ),
            NavEntry(
                section=Section.SETTINGS,
                name=_("Audit trail"),
                url_name="audit",
                icon="shield-check",
                permission=Permission.AUDIT_READ.value,
                order=70,
                help=_("Who did what, and whether the record is whole"),
            ),
        )
