"""Whatever holds tokens of the vault is known to the rotation of the keys; what is no token is listed."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import BinaryField

from zhiyin.engine.sealed import list_sealed
from zhiyin.people.sealed_columns import SealedColumn

# Bytes that are no token: hashes, figures, letters without private data. A new entry is a decision.
NO_TOKENS = {
    "insight.ReportSnapshot.figures",
    "insight.MessageFile.content",
    "listen.FeedbackKey.key",
    "listen.IdempotencyRecord.fingerprint",
    "listen.IdempotencyRecord.body",
    "respond.Case.phone_index",
}


def _binary_columns() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("zhiyin.")
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField) and not field.name.endswith("hash")
    }


def test_every_column_of_bytes_is_registered_or_listed_as_no_token():
    known = {store.name for store in list_sealed() if isinstance(store, SealedColumn)}
    found = _binary_columns()
    assert found - known - NO_TOKENS == set()
    assert known - found == set()


def test_nothing_that_is_called_sealed_is_taken_for_no_token():
    assert [name for name in NO_TOKENS if "sealed" in name] == []


def test_the_lake_and_the_logs_are_registered():
    assert {"lake.raw", "intake"} <= {store.name for store in list_sealed()}


@pytest.mark.django_db
def test_every_store_can_be_counted():
    for store in list_sealed():
        assert all(version > 0 for version in store.count_by_version()), store.name
