"""Fits how much each degree of agreement weighs, to the table itself, and keeps only what makes sense."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from zhiyin.customers.matching.blocking import Rule

if TYPE_CHECKING:
    from splink import Linker

Model = dict[str, Any]
"""A model in the form in which Splink saves and takes it."""

_SEED = 20
_MAX_PAIRS_OF_U = 1e6
_MAX_PAIRS_OF_EM = 5e5
_MAX_SESSIONS = 4
_MIN_PAIRS_OF_EM = 50
_PAIRS_A_ROW = 2.0
_MOST_DIFFERENT = 0.6
"""One person's records do not differ in most of what they tell: a fit that says so found something else."""
_LEAST_M, _LEAST_U = 1e-4, 1e-6


def fit(
    make: Callable[[Model], Linker],
    settings: Model,
    *,
    rules: Sequence[Rule],
    n_rows: int,
    tell: Callable[[str], None],
) -> Model:
    """The model with its weights: chance agreement by sampling, agreement of one person by expectation
    maximisation over the pairs of several rules, each for the fields that it does not look at.

    What a session finds is dropped where it makes no sense (no two of its pairs were one person); a
    field that no session could tell of keeps the weights that `settings` begin with.
    """
    linker = make(settings)
    tell("chance")
    _quietly(lambda: linker.training.estimate_u_using_random_sampling(max_pairs=_MAX_PAIRS_OF_U, seed=_SEED))
    model: Model = linker.misc.save_model_to_json()
    _fill(model, settings)
    tell("agreement")
    learned: dict[str, list[list[float]]] = {}
    for rule in training_rules(rules, n_rows=n_rows):
        with suppress(ValueError):  # what Splink raises when a probability sinks to nothing
            _learn(make(model), rule, begun=model, learned=learned)
    for comparison in model["comparisons"]:
        sessions = learned.get(comparison["output_column_name"])
        if sessions:
            _set(comparison, np.mean(sessions, axis=0).tolist())
    return model


def training_rules(rules: Sequence[Rule], *, n_rows: int) -> list[Rule]:
    """Rules to fit agreement on, no field in two of them, so that each is fitted by another's pairs.

    Best are those with about two pairs a row: with fewer nearly all are one person, with more nearly none.
    """
    chosen: list[Rule] = []
    used: set[str] = set()
    for rule in sorted(rules, key=lambda rule: abs(np.log(rule.n_pairs / (_PAIRS_A_ROW * n_rows)))):
        if rule.codes & used or rule.n_pairs < _MIN_PAIRS_OF_EM:
            continue
        chosen.append(rule)
        used |= rule.codes
    return chosen[:_MAX_SESSIONS]


def weights_of(model: Model) -> dict[str, list[float]]:
    """The bits of each level of each field, in the order of the levels."""
    return {
        comparison["output_column_name"]: [
            float(np.log2(level["m_probability"] / level["u_probability"])) for level in _told(comparison)
        ]
        for comparison in model["comparisons"]
    }


def _learn(linker: Linker, rule: Rule, *, begun: Model, learned: dict[str, list[list[float]]]) -> None:
    _quietly(
        lambda: linker.training.estimate_parameters_using_expectation_maximisation(
            rule.sql,
            estimate_without_term_frequencies=True,
            max_pairs=_MAX_PAIRS_OF_EM,
            record_sample_proportion=1.0,
        )
    )
    found: Model = linker.misc.save_model_to_json()
    _fill(found, begun)
    for comparison in found["comparisons"]:
        values = [float(level["m_probability"]) for level in _told(comparison)]
        if comparison["output_column_name"] not in rule.codes and values[-1] <= _MOST_DIFFERENT:
            learned.setdefault(comparison["output_column_name"], []).append(values)


def _fill(model: Model, begun: Model) -> None:
    """Put back what was not seen: agreement as it began, chance as next to never."""
    for comparison, before in zip(model["comparisons"], begun["comparisons"], strict=True):
        for level, old in zip(_told(comparison), _told(before), strict=True):
            level["m_probability"] = max(float(level.get("m_probability") or old["m_probability"]), _LEAST_M)
            level["u_probability"] = max(float(level.get("u_probability", _LEAST_U)), _LEAST_U)
        _set(comparison, [float(level["m_probability"]) for level in _told(comparison)])


def _set(comparison: Model, values: Sequence[float]) -> None:
    total = sum(values)
    for level, value in zip(_told(comparison), values, strict=True):
        level["m_probability"] = value / total


def _told(comparison: Model) -> list[Model]:
    """The levels but the one where a field was not told."""
    return [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]


def _quietly(step: Callable[[], object]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        step()
