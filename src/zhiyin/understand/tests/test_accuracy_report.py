"""What the accuracy report says plainly."""

from __future__ import annotations

from training.accuracy_tables import Table


def table(*rows: list[object]) -> Table:
    return Table(
        title="Praise",
        about="Of reviews.",
        header=("kept back", "n", "ours", "n-grams"),
        rows=rows,  # type: ignore[arg-type]
        ours="ours",
        others=("n-grams",),
    )


def test_a_better_baseline_is_named_with_both_figures() -> None:
    shown = table(["shopping", 10_042, 0.944, 0.936], ["takeaway", 1_902, 0.8739, 0.8801]).to_markdown()
    assert "**Worse than n-grams** in takeaway: 0.874 against 0.880." in shown
    assert "in shopping" not in shown


def test_figures_that_look_equal_are_not_called_worse() -> None:
    assert table(["shopping", 10, 0.94412, 0.94438]).worse() == []


def test_numbers_and_gaps_are_shown_as_people_read_them() -> None:
    assert "| shopping | 10,042 | 0.944 | – |" in table(["shopping", 10_042, 0.944, None]).to_markdown()


def test_a_figure_below_its_floor_is_told() -> None:
    found = Table(
        title="Praise",
        about="",
        header=("kept back", "ours", "floor"),
        rows=[["shopping", 0.944, 0.94], ["takeaway", 0.878, 0.9], ["cars", 0.1, None]],
    )
    assert found.below_floor() == ["takeaway: 0.878, floor 0.900."]
