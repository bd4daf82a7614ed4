"""The answers of the page of why, each at most a minute old: finding them takes up to seconds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from zhiyin.insight.drivers.aspect_groups import find_groups
from zhiyin.insight.drivers.facts import RatingWhy, explain_rating
from zhiyin.insight.drivers.lift import Lifts, list_lifts
from zhiyin.insight.drivers.needs import TouchpointNeeds, list_needs
from zhiyin.insight.drivers.order_lift import TABLES as ORDER_TABLES
from zhiyin.insight.drivers.order_lift import OrderLifts, list_order_lifts
from zhiyin.insight.drivers.page import Asked
from zhiyin.insight.remembering import find_remembered, remembered
from zhiyin.insight.views.aspects import open_facts
from zhiyin.listen.api import open_lake


def find_explained(asked: Asked) -> RatingWhy | None:
    """What moves the outcome, if it was found in the last minute."""
    return find_remembered("why", state=asked.state, kind=RatingWhy, extras=(asked.level, asked.outcome))


def explain(asked: Asked) -> RatingWhy:
    """What moves the outcome."""

    def make() -> RatingWhy:
        with closing(open_facts()) as connection:
            return explain_rating(
                connection,
                scope=asked.state.scope,
                filter=asked.state.filter,
                tree=asked.tree,
                level=asked.level,
                outcome=asked.outcome,
            )

    return remembered("why", state=asked.state, make=make, extras=(asked.level, asked.outcome))


def read_needs(asked: Asked) -> Sequence[TouchpointNeeds]:
    """Which needs are met, by touchpoint."""

    def make() -> Sequence[TouchpointNeeds]:
        with closing(open_facts()) as connection:
            return list_needs(connection, scope=asked.state.scope, filter=asked.state.filter)

    return remembered("needs", state=asked.state, make=make)


def read_lifts(asked: Asked) -> Lifts:
    """Where blame is more frequent."""
    state = asked.state

    def make() -> Lifts:
        with closing(open_facts()) as connection:
            groups = find_groups(
                connection, scope=state.scope, filter=state.filter, tree=asked.tree, level=asked.level
            )
            return list_lifts(
                connection,
                scope=state.scope,
                filter=state.filter,
                groups=groups,
                zone=state.zone,
                now=state.now,
            )

    return remembered("lifts", state=state, make=make, extras=(asked.level,))


def read_order_lifts(asked: Asked) -> OrderLifts:
    """Where orders go wrong more often."""
    state = asked.state

    def make() -> OrderLifts:
        with closing(open_lake().connect(*ORDER_TABLES)) as connection:
            groups = find_groups(
                connection, scope=state.scope, filter=state.filter, tree=asked.tree, level=asked.level
            )
            return list_order_lifts(
                connection,
                scope=state.scope,
                filter=state.filter,
                groups=groups,
                zone=state.zone,
                now=state.now,
            )

    return remembered("order lifts", state=state, make=make, extras=(asked.level,))
