"""Intake log, lake, batch runner and vault: what every fact stands on.

`open_engine` is the door: the embedded parts of one home, opened when first used.
"""

from zhiyin.engine.door import Engine, close_engine, open_engine

__all__ = ["Engine", "close_engine", "open_engine"]
