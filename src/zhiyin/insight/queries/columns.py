"""Rows of a statement as NumPy columns, for answers of many thousand groups."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
from numpy.typing import NDArray

from zhiyin.insight.selection import Parameter
from zhiyin.insight.statements import named_parameters, read_statement

Columns = Mapping[str, NDArray[np.generic]]


def run_columns(
    connection: duckdb.DuckDBPyConnection, name: str, *, parameters: Mapping[str, Parameter], **pieces: str
) -> Columns:
    """As `statements.run`, by column and without a Python object a cell."""
    sql = read_statement(name).format(**pieces)
    connection.execute(sql, named_parameters(sql, parameters))
    table = connection.to_arrow_table()
    return {
        column: table[column].combine_chunks().to_numpy(zero_copy_only=False) for column in table.column_names
    }
