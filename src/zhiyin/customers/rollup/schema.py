"""The columns of the roll-up: one row a customer, one a customer and unit, and slim facts beside them.

`number` is the customer's place in this making of the roll-up, small enough to join quickly; it means
nothing outside of it. `unit_id` 0 stands for what belongs to no unit.
"""

from __future__ import annotations

from collections.abc import Mapping

Columns = Mapping[str, str]
"""Name → type of DuckDB, in order."""

MEASURES: Columns = {
    "first_at": "TIMESTAMPTZ",
    "last_at": "TIMESTAMPTZ",
    "n_voices": "BIGINT",
    "first_voice_at": "TIMESTAMPTZ",
    "last_voice_at": "TIMESTAMPTZ",
    "n_negative": "BIGINT",
    "n_complaints": "BIGINT",
    "last_complaint_at": "TIMESTAMPTZ",
    "stars_sum": "DOUBLE",
    "n_stars": "BIGINT",
    "sentiment_sum": "DOUBLE",
    "n_purchases": "BIGINT",
    "first_purchase_at": "TIMESTAMPTZ",
    "last_purchase_at": "TIMESTAMPTZ",
    "amount_total": "DOUBLE",
    "amount_year": "DOUBLE",
    "n_contacts": "BIGINT",
    "last_contact_at": "TIMESTAMPTZ",
    "n_unresolved": "BIGINT",
    "n_visits": "BIGINT",
    "last_visit_at": "TIMESTAMPTZ",
    "n_events": "BIGINT",
    "channels": "VARCHAR[]",
    "products": "VARCHAR[]",
}
"""What can be added up over units. Voices are those that are no copies and no spam; a complaint is a voice
with that intent; a purchase is an order, however many lines it has; `amount_year` is of the 365 days before
the making; `n_unresolved` are contacts that were not resolved; a visit is of the customer to us or of ours
to the customer.
"""

CUSTOMERS: Columns = {
    "customer": "VARCHAR",
    "number": "INTEGER",
    **MEASURES,
    "stars_mean": "DOUBLE",
    "sentiment_mean": "DOUBLE",
    "units": "BIGINT[]",
    "rfm_recency": "INTEGER",
    "rfm_frequency": "INTEGER",
    "rfm_money": "INTEGER",
    "traits": "MAP(VARCHAR, VARCHAR)",
}
"""The file `customers`. The three of RFM are quintiles 1 to 5 of the own base, NULL without a purchase."""

FACTS: Mapping[str, Columns] = {
    "voices": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "channel": "VARCHAR",
        "product": "VARCHAR",
        "touchpoint": "VARCHAR",
        "stars": "DOUBLE",
        "rating": "DOUBLE",
        "rating_scale": "DOUBLE",
        "sentiment": "VARCHAR",
        "score": "DOUBLE",
        "intents": "VARCHAR[]",
        "urgency": "INTEGER",
    },
    "opinions": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "aspect": "VARCHAR",
        "polarity": "VARCHAR",
    },
    "purchases": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "order_key": "VARCHAR",
        "product": "VARCHAR",
        "channel": "VARCHAR",
        "quantity": "DOUBLE",
        "amount": "DOUBLE",
    },
    "contacts": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "channel": "VARCHAR",
        "is_resolved": "BOOLEAN",
    },
    "visits": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "channel": "VARCHAR",
        "purpose": "VARCHAR",
    },
    "events": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "name": "VARCHAR",
    },
    "owned": {
        "number": "INTEGER",
        "unit_id": "BIGINT",
        "occurred_at": "TIMESTAMPTZ",
        "product": "VARCHAR",
        "warranty_until": "TIMESTAMPTZ",
    },
}
"""The files of facts, each in the order of their times."""

UNITS: Columns = {"number": "INTEGER", "unit_id": "BIGINT", **MEASURES}
KEYS: Columns = {"key": "VARCHAR", "number": "INTEGER"}

LAYOUT = 2
"""Raised whenever a file or a column is added: makings of another layout are not read."""

FILES: Mapping[str, Columns] = {"customers": CUSTOMERS, "units": UNITS, "keys": KEYS, **FACTS}
"""Every file of the roll-up with its columns."""

AGES: Mapping[str, str] = {
    "recency_days": "last_at",
    "days_since_voice": "last_voice_at",
    "days_since_purchase": "last_purchase_at",
    "days_since_contact": "last_contact_at",
    "days_since_complaint": "last_complaint_at",
    "days_since_visit": "last_visit_at",
    "tenure_days": "first_at",
}
"""Columns that the view `customers` has beside those of its file: whole days since a time, NULL for never."""


def nothing(columns: Columns) -> str:
    """A SELECT with these columns and no row."""
    named = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
    return f"SELECT {named} WHERE FALSE"
