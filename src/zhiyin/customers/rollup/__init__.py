"""One row a customer, made of the lake's facts and the links: what segments and lists are answered from."""

from zhiyin.customers.rollup.reading import connect_rollup, register_rollup

__all__ = ["connect_rollup", "register_rollup"]
