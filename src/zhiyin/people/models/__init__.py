"""Tables of staff and organisation."""

from zhiyin.people.models.accounts import Account
from zhiyin.people.models.units import OrgUnit

__all__ = ["Account", "OrgUnit"]
