"""The voices of the lake, for scoring their units: those that the asker may see and the filter wants."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from zhiyin.insight.selection import Selection, VoiceFilter, select
from zhiyin.insight.statements import named_parameters, read_statement
from zhiyin.insight.unit_scores.scale import group_of_aspects
from zhiyin.insight.unit_scores.voices import Voices, said_of_groups, voice_scores, voice_weights
from zhiyin.people.scope import Scope
from zhiyin.understand.taxonomy import Taxonomy


def read_facts(
    connection: duckdb.DuckDBPyConnection,
    *,
    scope: Scope,
    filter: VoiceFilter,
    taxonomy: Taxonomy,
    unit_names: Mapping[int, str],
) -> Voices:
    """The voices with a unit and a tone; opinions fall to the groups of `taxonomy`, in force on the lake."""
    chosen = select(scope, filter=filter)
    pieces = {"voices": chosen.kept_voices, "opinions": chosen.kept_opinions}
    voices, mentions = (
        _asked(connection, read_statement(name).format(**pieces), chosen=chosen)
        for name in ("score_unit_voices", "score_unit_mentions")
    )
    ids, unit = np.unique(voices.column("unit_id").to_numpy(), return_inverse=True)
    column = {name: voices.column(name).combine_chunks() for name in ("sentiment", "balance", "useful")}
    return Voices(
        units=[unit_names.get(int(one), str(one)) for one in ids],
        unit=unit.astype(np.int64),
        score=voice_scores(column["sentiment"], column["balance"]),
        weight=voice_weights(column["useful"]),
        said=said_of_groups(
            mentions.column("voice").to_numpy(),
            aspect=mentions.column("aspect").combine_chunks(),
            polarity=mentions.column("polarity").combine_chunks(),
            groups=group_of_aspects(taxonomy),
        ),
        n_left_out=0,
    )


def _asked(connection: duckdb.DuckDBPyConnection, sql: str, *, chosen: Selection) -> pa.Table:
    return connection.execute(sql, named_parameters(sql, chosen.parameters)).to_arrow_table()
