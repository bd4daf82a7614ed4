"""The settings of the language model."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from zhiyin.assist.models import LanguageModel
from zhiyin.assist.protocol import Endpoint, check_base_url
from zhiyin.engine import open_engine
from zhiyin.engine.sealed import SealedStore
from zhiyin.people.actors import Actor
from zhiyin.people.sealed_columns import SealedColumn
from zhiyin.people.services.audit import record_event

_CONTEXT = b"assist.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person sets. `key` None keeps the one that is stored. Prices are for a million tokens."""

    base_url: str
    model: str
    key: str | None
    seconds: int
    price_in: Decimal
    price_out: Decimal
    currency: str
    month_limit: Decimal | None


def find_language_model() -> LanguageModel | None:
    """The settings, whether on or off; None where nobody set any."""
    return LanguageModel.objects.first()


def is_on() -> bool:
    """Whether drafts can be asked for."""
    return LanguageModel.objects.filter(is_on=True).exists()


def save_language_model(chosen: Chosen, *, by: Actor) -> LanguageModel:
    """Set the language model and turn it on. A key stays with the address that it was given for.

    Raises:
        InvalidInput: the address is unusable.
    """
    url = check_base_url(chosen.base_url)
    with transaction.atomic():
        before = LanguageModel.objects.select_for_update().first()
        sealed = _seal(chosen.key) if chosen.key is not None else b""
        if chosen.key is None and before is not None and before.base_url == url:
            sealed = bytes(before.sealed_key)
        saved, _made = LanguageModel.objects.update_or_create(
            pk=1,
            defaults={
                "base_url": url,
                "model": chosen.model,
                "sealed_key": sealed,
                "seconds": chosen.seconds,
                "price_in": chosen.price_in,
                "price_out": chosen.price_out,
                "currency": chosen.currency,
                "month_limit": chosen.month_limit,
                "is_on": True,
            },
        )
        record_event(
            "language_model.changed", by=by, target=("language_model", chosen.model), details={"address": url}
        )
    return saved


def turn_off(*, by: Actor) -> None:
    """Ask the language model no more, and forget its key."""
    with transaction.atomic():
        saved = LanguageModel.objects.select_for_update().first()
        if saved is None or not saved.is_on:
            return
        LanguageModel.objects.filter(pk=saved.pk).update(is_on=False, sealed_key=b"")
        record_event("language_model.turned_off", by=by, target=("language_model", saved.model))


def endpoint_of(chosen: LanguageModel) -> Endpoint:
    """Where to ask, with the key opened."""
    sealed = bytes(chosen.sealed_key)
    key = open_engine(settings.HOME).vault.decrypt(sealed, context=_CONTEXT).decode() if sealed else ""
    return Endpoint(base_url=chosen.base_url, model=chosen.model, key=key, seconds=chosen.seconds)


def _seal(key: str) -> bytes:
    return open_engine(settings.HOME).vault.encrypt(key.encode(), context=_CONTEXT) if key else b""


def list_sealed_here() -> list[SealedStore]:
    """Where the key of the endpoint is kept, for the rotation of our keys."""
    return [SealedColumn(model=LanguageModel, column="sealed_key", context=lambda _: _CONTEXT)]
