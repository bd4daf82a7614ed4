"""The doors that change who is who."""

from zhiyin.customers.linking.deciding import (
    accept_link,
    link_identities,
    propose_links,
    refuse_link,
    reopen_link,
    undo_link,
)
from zhiyin.customers.linking.erasing import erase_customer
from zhiyin.customers.linking.taking import take_appearances

__all__ = [
    "accept_link",
    "erase_customer",
    "link_identities",
    "propose_links",
    "refuse_link",
    "reopen_link",
    "take_appearances",
    "undo_link",
]
