"""Tables of the accuracy report: figures, what they are held against, and where ours are the worse ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a header; numbers between 0 and 1 are shown with three digits, None as a dash.

    `ours` and `others` name the columns that are compared; where one of the others is better in a row,
    the report says so below the table.
    """

    title: str
    about: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    ours: str = ""
    others: Sequence[str] = ()
    notes: Sequence[str] = field(default_factory=tuple)

    def to_markdown(self) -> str:
        """The section of the report."""
        lines = [f"## {self.title}", "", self.about, ""]
        lines += ["| " + " | ".join(self.header) + " |", "|" + "---|" * len(self.header)]
        lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in self.rows]
        remarks = [*self.worse(), *self.notes]
        return "\n".join([*lines, *(["", *remarks] if remarks else [])])

    def worse(self) -> list[str]:
        """One sentence for each row and rival that beats us there."""
        return [
            f"**Worse than {name}** in {row[0]}: {_shown(mine)} against {_shown(theirs)}."
            for row in self.rows
            for name in self.others
            if isinstance(mine := row[self.header.index(self.ours)], float)
            and isinstance(theirs := row[self.header.index(name)], float)
            and round(theirs, 3) > round(mine, 3)
        ]

    def below_floor(self) -> list[str]:
        """One sentence for each row that misses its floor."""
        if "floor" not in self.header:
            return []
        return [
            f"{row[0]}: {_shown(mine)}, floor {_shown(floor)}."
            for row in self.rows
            if isinstance(mine := row[self.header.index("ours")], float)
            and isinstance(floor := row[self.header.index("floor")], float)
            and round(mine, 3) < floor
        ]


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    return f"{cell:,}" if isinstance(cell, int) else cell
