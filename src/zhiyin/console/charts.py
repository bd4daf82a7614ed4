"""A picture with its numbers: the ECharts option and the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Option = Mapping[str, object]
"""An ECharts option. Colours are tokens such as `@negative`, which the page resolves for light and dark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What `console/_chart.html` draws. `id` is unique on its page; `rows` hold formatted cells.

    A data item `{"value": …, "href": "/…"}` opens that address when it is clicked.
    """

    id: str
    title: str
    option: Option
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    height: Literal["", "short", "tall"] = ""

    @property
    def option_id(self) -> str:
        """Id of the element that holds the option as JSON."""
        return f"{self.id}-option"
