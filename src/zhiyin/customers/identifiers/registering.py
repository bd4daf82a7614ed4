"""What this part of the room tells the others of itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhiyin.console import navigation
from zhiyin.customers.identifiers.resealing import RESEALING_KIND
from zhiyin.customers.identifiers.sealing import identifier_context, traits_context
from zhiyin.customers.models import Identity
from zhiyin.customers.rights.sealing import list_sealed_here as list_rights_sealed
from zhiyin.engine.sealed import register_sealed
from zhiyin.listen.services import jobs
from zhiyin.people.permissions import Permission
from zhiyin.people.sealed_columns import SealedColumn


def register() -> None:
    """The page and the job of the keys, and where this room seals."""
    jobs.register(RESEALING_KIND)
    navigation.register(
        navigation.NavEntry(
            section=navigation.Section.SETTINGS,
            name=_("Encryption"),
            url_name="encryption",
            icon="shield-lock",
            permission=Permission.INSTALLATION_MANAGE.value,
            order=75,
            help=_("What is encrypted, under which key, and a new key"),
        )
    )
    register_sealed(
        *list_rights_sealed(),
        SealedColumn(
            model=Identity,
            column="sealed",
            needs=("key",),
            context=lambda row: identifier_context(str(row["key"])),
        ),
        SealedColumn(
            model=Identity,
            column="traits_sealed",
            needs=("key",),
            context=lambda row: traits_context(str(row["key"])),
        ),
    )
