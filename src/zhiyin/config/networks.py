"""The networks within the house that an installation lets us reach."""

from __future__ import annotations

import ipaddress

from zhiyin.config.variables import INNER_NETWORKS
from zhiyin.errors import InvalidInput


def inner_networks() -> tuple[str, ...]:
    """What `ZHIYIN_INNER_NETWORKS` names.

    Raises:
        InvalidInput: one of them is no network.
    """
    given = tuple(INNER_NETWORKS.read_list())
    for one in given:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise InvalidInput(
                f"{INNER_NETWORKS.name}: {one} is no network.",
                next_step="Give it as 10.2.0.0/16.",
                field=INNER_NETWORKS.name,
            ) from None
    return given
