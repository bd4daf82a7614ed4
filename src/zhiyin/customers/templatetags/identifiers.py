"""Template tags for identifiers: `{% load identifiers %}`."""

from __future__ import annotations

from django import template
from django.conf import settings

from zhiyin.customers.identifiers.naming import type_name
from zhiyin.customers.identifiers.pseudonyms import identifier_pseudonym, pseudonym
from zhiyin.customers.identifiers.sealing import mask_identity
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine

register = template.Library()
register.filter("pseudonym", pseudonym)
register.filter("identifier_type", type_name)


@register.filter
def masked(identity: Identity) -> str:
    """The identifier covered, for who may uncover it."""
    return mask_identity(identity, vault=open_engine(settings.HOME).vault)


@register.filter
def stand_in(identity: Identity) -> str:
    """What stands for the identifier, for who may not uncover it."""
    return identifier_pseudonym(identity.key)
