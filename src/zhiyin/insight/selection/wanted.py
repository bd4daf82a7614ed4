"""What a filter asks of an opinion and of the voice itself."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from zhiyin.insight import dialect
from zhiyin.insight.local_days import local_hour
from zhiyin.insight.search import read_search
from zhiyin.insight.search.conditions import make_condition
from zhiyin.insight.selection.conditions import LEFT_OUT, Conditions
from zhiyin.insight.selection.voice_filter import VoiceFilter

_FIRST_SHIFT = datetime(2015, 1, 1, tzinfo=UTC)  # clocks put forward before are not minded


def opinion_conditions(filter: VoiceFilter) -> Conditions:
    """What an opinion itself must be."""
    found = Conditions()
    found.add_names("aspect", filter.aspects, "of_aspects")
    found.add_names("polarity", filter.polarities, "polarities")
    found.add_names("coalesce(term, '')", filter.terms, "of_terms")
    found.add_names("coalesce(opinion, '')", filter.opinion_words, "of_words")
    return found


def voice_conditions(filter: VoiceFilter) -> Conditions:
    """What only the voice knows of itself."""
    found = Conditions()
    found.add_names("source", filter.sources, "sources")
    found.add_names("touchpoint", filter.touchpoints, "touchpoints")
    found.add_names("product", filter.products, "products")
    found.add_names("sentiment", filter.sentiments, "sentiments")
    found.add_names("cause", filter.causes, "causes")
    if filter.stars:
        members = dialect.members("$whole_stars", kind="BIGINT")
        found.add(f"CAST(floor(stars + 0.5) AS BIGINT) IN ({members})", whole_stars=sorted(filter.stars))
    if filter.stars_least is not None:
        found.add("stars >= $stars_least", stars_least=filter.stars_least)
    if filter.rating_scale is not None:
        found.add("rating_scale = $rating_scale AND rating IS NOT NULL", rating_scale=filter.rating_scale)
    found.add_overlap(dialect.field_of("emotions", field="name"), filter.emotions, "emotions")
    found.add_overlap(dialect.field_of("intents", field="name"), filter.intents, "intents")
    found.add_overlap(dialect.field_of("signals", field="kind"), filter.signals, "signals")
    unmet = dialect.fields_where("needs", field="name", condition="NOT member.met")
    found.add_overlap(unmet, filter.needs_unmet, "needs_unmet")
    if filter.urgency_least is not None:
        found.add("urgency >= $urgency_least", urgency_least=filter.urgency_least)
    met = dialect.fields_where("needs", field="name", condition="member.met")
    found.add_overlap(met, filter.needs_met, "needs_met")
    if filter.hours:
        found.add(_at_hours(filter), of_hours=sorted(filter.hours))
    if filter.left_out:
        columns = [column for name, column in LEFT_OUT.items() if name in filter.left_out]
        found.add(f"({' OR '.join(columns) or 'FALSE'})")
    if filter.author_key is not None:
        found.add("author_key = $author_key", author_key=filter.author_key)
    if filter.keys_file is not None:
        found.add(
            f"author_key IN ({dialect.rows_of_file('customer_key', parameter='$keys_file')})",
            keys_file=filter.keys_file,
        )
    if (wanted := read_search(filter.text)) is not None:
        condition = make_condition(wanted, column="text", prefix="words")
        found.add(condition.text, **condition.parameters)
    return found


def _at_hours(filter: VoiceFilter) -> str:
    since, until = filter.since or _FIRST_SHIFT, filter.until or datetime.now(UTC)
    hour = local_hour("occurred_at", zone=filter.clock or ZoneInfo("UTC"), since=since, until=until)
    return f"{hour} IN ({dialect.members('$of_hours', kind='BIGINT')})"
