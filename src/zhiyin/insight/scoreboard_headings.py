"""The columns of the scoreboard, and what each of them says."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhiyin.insight.headings import Column
from zhiyin.insight.queries.scoreboard import Scoreboard
from zhiyin.insight.unit_columns import AspectColumn

COLUMNS = (
    Column(code="name", name=gettext_lazy("Unit"), is_down_first=False),
    Column(code="n", name=gettext_lazy("Voices")),
    Column(
        code="net",
        name=gettext_lazy("Net sentiment"),
        hint=gettext_lazy("Share of positive mentions minus share of negative ones, −100 to 100"),
        is_down_first=False,
    ),
    Column(
        code="change",
        name=gettext_lazy("Change"),
        hint=gettext_lazy("Net sentiment against the period before"),
        is_down_first=False,
    ),
    Column(
        code="rating",
        name=gettext_lazy("Rating"),
        hint=gettext_lazy("Mean of the ratings, 1 to 5 stars"),
        is_down_first=False,
    ),
    Column(
        code="excellent",
        name=gettext_lazy("Ratings ≥ 4.8"),
        hint=gettext_lazy("Share of the ratings that are 4.8 stars or more: five of five"),
        is_down_first=False,
    ),
    Column(
        code="reached",
        name=gettext_lazy("Stores ≥ 4.8"),
        hint=gettext_lazy("Share of the stores whose mean rating is 4.8 or more, with at least 10 ratings"),
        is_down_first=False,
    ),
)
ANSWERS = (
    Column(
        code="answers",
        name=gettext_lazy("Answer share"),
        hint=gettext_lazy("Share of the voices that got an answer"),
        is_down_first=False,
    ),
    Column(
        code="hours",
        name=gettext_lazy("Hours to answer"),
        hint=gettext_lazy("Median hours from the voice to the first answer"),
    ),
)


def list_headings(board: Scoreboard, *, columns: Sequence[AspectColumn]) -> list[Column]:
    """The columns that this board has: no change without a period before, no answers where none come."""
    wanted = [column for column in COLUMNS if column.code != "change" or board.net_changes is not None]
    chosen = [
        Column(
            code=f"c{place}",
            name=column.name,
            hint=_("Net sentiment of what people say of this"),
            is_down_first=False,
        )
        for place, column in enumerate(columns)
    ]
    return [*wanted, *chosen, *(ANSWERS if board.answers is not None else ())]
