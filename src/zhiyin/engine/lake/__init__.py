"""The embedded lake: Delta tables in a folder, read by DuckDB."""

from zhiyin.engine.lake.delta import DeltaLake

__all__ = ["DeltaLake"]
