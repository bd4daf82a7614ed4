"""The SQL by which the roll-up is made of the lake's tables."""

from __future__ import annotations

from collections.abc import Mapping

from zhiyin.customers.rollup.schema import CUSTOMERS, FACTS, MEASURES, Columns, nothing

# What a table of the lake gives to the file of facts of the same line; `fact` is the table's row.
_VOICES = {
    "score": "fact.sentiment_score",
    "intents": "list_transform(fact.intents, lambda member: member.name)",
}
_IS_VOICE = "fact.is_duplicate IS NOT TRUE AND fact.is_spam IS NOT TRUE"

SOURCES: Mapping[str, tuple[str, str, Mapping[str, str], str]] = {
    "voices": ("feedback", "author_key", _VOICES, _IS_VOICE),
    "purchases": (
        "purchases",
        "customer_key",
        {"order_key": "coalesce(fact.order_key, fact.record_id)"},
        "TRUE",
    ),
    "contacts": ("contacts", "customer_key", {}, "TRUE"),
    "visits": ("visits", "customer_key", {}, "TRUE"),
    "events": ("customer_events", "customer_key", {}, "fact.name IS NOT NULL"),
    "owned": ("products_owned", "customer_key", {"occurred_at": "fact.bought_at"}, "TRUE"),
}
"""File of facts → table of the lake, its key, columns that are not there by the same name, which rows."""

NUMBERS = """
CREATE TEMP TABLE numbers AS
SELECT customer, CAST(row_number() OVER (ORDER BY customer) AS INTEGER) AS number
FROM (SELECT DISTINCT customer FROM customer_keys)
"""
KEYS = """
SELECT key, number FROM customer_keys JOIN numbers USING (customer) ORDER BY key
"""


def facts(name: str, *, present: Columns) -> str:
    """The rows of a file of facts; `present` are the columns of the table of the lake, none if it is not
    there. Columns that the table lacks are NULL, facts without a unit have unit 0.
    """
    table, key, taken, which = SOURCES[name]
    columns = FACTS[name]
    if not present:
        return nothing(columns)
    values = {column: _value(column, taken, present=present) for column in columns}
    values |= {"number": "keys.number", "unit_id": f"coalesce({values['unit_id']}, 0)"}
    named = ", ".join(f"CAST({values[column]} AS {kind}) AS {column}" for column, kind in columns.items())
    is_current = "fact.is_current" if "is_current" in present else "TRUE"
    return (
        f"SELECT {named} FROM {table} AS fact JOIN keys ON fact.{key} = keys.key"  # noqa: S608 - own names
        f" WHERE {is_current} AND {which} AND {_is_ours(values['unit_id'])} ORDER BY occurred_at"
    )


def opinions() -> str:
    """The rows of the file of opinions: what the voices of known customers speak of."""
    return f"""
SELECT keys.number, coalesce(fact.unit_id, 0) AS unit_id, fact.occurred_at, fact.aspect, fact.polarity
FROM opinions AS fact
JOIN feedback AS voice ON voice.feedback_id = fact.feedback_id AND voice.is_current
JOIN keys ON keys.key = voice.author_key
WHERE fact.is_current AND fact.is_excluded IS NOT TRUE
AND voice.is_duplicate IS NOT TRUE AND voice.is_spam IS NOT TRUE AND {_is_ours("fact.unit_id")}
ORDER BY occurred_at
"""  # noqa: S608 - own names


def _value(column: str, taken: Mapping[str, str], *, present: Columns) -> str:
    if column in taken:
        return taken[column]
    return f"fact.{column}" if column in present else "NULL"


def _is_ours(unit_id: str) -> str:
    # Nothing comes from without: the unit's column is ours.
    return f"coalesce({unit_id}, 0) NOT IN (SELECT unit_id FROM competitor_units)"  # noqa: S608


# What each file of facts adds to the measures of a customer at a unit.
_OF_FACTS: Mapping[str, Mapping[str, str]] = {
    "voices": {
        "n_voices": "count(*)",
        "first_voice_at": "min(occurred_at)",
        "last_voice_at": "max(occurred_at)",
        "n_negative": "count(*) FILTER (sentiment = 'negative')",
        "n_complaints": "count(*) FILTER (list_contains(intents, 'complaint'))",
        "last_complaint_at": "max(occurred_at) FILTER (list_contains(intents, 'complaint'))",
        "stars_sum": "sum(stars)",
        "n_stars": "count(stars)",
        "sentiment_sum": "sum(score)",
        "channels": "list(DISTINCT channel) FILTER (channel IS NOT NULL)",
        "products": "list(DISTINCT product) FILTER (product IS NOT NULL)",
    },
    "purchases": {
        "n_purchases": "count(DISTINCT order_key)",
        "first_purchase_at": "min(occurred_at)",
        "last_purchase_at": "max(occurred_at)",
        "amount_total": "sum(amount)",
        "amount_year": "sum(amount) FILTER (occurred_at > $now - INTERVAL 365 DAY)",
        "channels": "list(DISTINCT channel) FILTER (channel IS NOT NULL)",
        "products": "list(DISTINCT product) FILTER (product IS NOT NULL)",
    },
    "contacts": {
        "n_contacts": "count(*)",
        "last_contact_at": "max(occurred_at)",
        "n_unresolved": "count(*) FILTER (is_resolved IS FALSE)",
        "channels": "list(DISTINCT channel) FILTER (channel IS NOT NULL)",
    },
    "visits": {"n_visits": "count(*)", "last_visit_at": "max(occurred_at)"},
    "events": {"n_events": "count(*)"},
    "owned": {"products": "list(DISTINCT product) FILTER (product IS NOT NULL)"},
}
_FIRSTS = frozenset({"first_at", "first_voice_at", "first_purchase_at"})
_LISTS = frozenset({"channels", "products"})


def units(paths: Mapping[str, str]) -> str:
    """A row a customer and unit, of the files of facts and of where identities were seen (`seats`)."""
    parts = [_of_facts(name, path) for name, path in paths.items() if name in _OF_FACTS]
    parts.append(f"SELECT number, unit_id{_filled({})} FROM seats")  # noqa: S608 - own names
    return (
        f"SELECT number, unit_id, {add_up()} FROM ({' UNION ALL '.join(parts)})"  # noqa: S608 - own names
        " GROUP BY number, unit_id ORDER BY unit_id, number"
    )


def _of_facts(name: str, path: str) -> str:
    given = {"first_at": "min(occurred_at)", "last_at": "max(occurred_at)", **_OF_FACTS[name]}
    return (
        f"SELECT number, unit_id{_filled(given)}"  # noqa: S608 - own names
        f" FROM read_parquet('{path}') GROUP BY number, unit_id"
    )


def _filled(given: Mapping[str, str]) -> str:
    return "".join(
        f", CAST({given.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in MEASURES.items()
    )


def add_up() -> str:
    """Measures of several rows as those of one: times by their ends, lists together, the rest as sums."""
    return ", ".join(f"{_together(name)} AS {name}" for name in MEASURES)


def _together(name: str) -> str:
    if name in _LISTS:
        # Nearly everybody has one list: the costly way is taken for the others alone.
        return (
            f"CASE WHEN count({name}) > 1 THEN list_sort(list_distinct(flatten(list({name}))))"
            f" ELSE coalesce(any_value({name}), []) END"
        )
    if name.endswith("_at"):
        return f"{'min' if name in _FIRSTS else 'max'}({name})"
    # Sums of whole numbers would be written as DOUBLE.
    return f"CAST(coalesce(sum({name}), 0) AS {MEASURES[name]})"


BORDERS = """
SELECT quantile_disc(epoch(last_purchase_at), [0.2, 0.4, 0.6, 0.8]),
    quantile_disc(n_purchases, [0.2, 0.4, 0.6, 0.8]),
    quantile_disc(amount_total, [0.2, 0.4, 0.6, 0.8])
FROM (
    SELECT max(last_purchase_at) AS last_purchase_at, sum(n_purchases) AS n_purchases,
        sum(amount_total) AS amount_total
    FROM read_parquet('{units}') GROUP BY number HAVING sum(n_purchases) > 0
)
"""
"""The borders of the quintiles, over everybody who bought something."""


def quintile(value: str, *, parameter: str) -> str:
    """1 to 5: one more than the borders below the value, so that equal values have equal scores."""
    return f"CAST(1 + len(list_filter({parameter}, lambda border: {value} > border)) AS INTEGER)"


def customers(units_sql: str, *, borders: Mapping[str, str]) -> str:
    """The columns of a customer but for its name and traits, of rows a customer and unit.

    `borders` are lists of numbers in SQL by column of RFM.
    """
    scores = {
        "rfm_recency": quintile("epoch(last_purchase_at)", parameter=borders["rfm_recency"]),
        "rfm_frequency": quintile("n_purchases", parameter=borders["rfm_frequency"]),
        "rfm_money": quintile("amount_total", parameter=borders["rfm_money"]),
    }
    scored = "".join(f", CASE WHEN n_purchases > 0 THEN {sql} END AS {name}" for name, sql in scores.items())
    return (
        f"SELECT number, {', '.join(MEASURES)}, stars_sum / nullif(n_stars, 0) AS stars_mean,"  # noqa: S608
        f" sentiment_sum / nullif(n_voices, 0) AS sentiment_mean, units{scored}"
        f" FROM (SELECT number, {add_up()}, list_sort(list(unit_id)) AS units"
        f" FROM ({units_sql}) GROUP BY number)"
    )


def named(customers_sql: str) -> str:
    """The file `customers`: with names and traits."""
    columns = ", ".join(
        {"customer": "numbers.customer", "traits": "told.traits"}.get(name, f"made.{name}")
        for name in CUSTOMERS
    )
    return (
        f"SELECT {columns} FROM ({customers_sql}) AS made JOIN numbers USING (number)"  # noqa: S608 - own names
        " LEFT JOIN told USING (number) ORDER BY number"
    )


TRAITS = """
CREATE TEMP TABLE told AS
SELECT number, map(list(name), list(value)) AS traits
FROM (
    SELECT keys.number, fact.name, arg_max(fact.value, fact.at) AS value
    FROM customer_traits AS fact JOIN keys ON keys.key = fact.customer_key
    WHERE fact.value IS NOT NULL GROUP BY keys.number, fact.name
) GROUP BY number
"""
NO_TRAITS = f"CREATE TEMP TABLE told AS {nothing({'number': 'INTEGER', 'traits': CUSTOMERS['traits']})}"
SEATS = """
CREATE TEMP TABLE seats AS
SELECT DISTINCT number, unit_id FROM seen JOIN keys USING (key)
WHERE unit_id NOT IN (SELECT unit_id FROM competitor_units)
"""
