"""Names that stand for customers where nobody needs to know who they are."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from zhiyin.engine import open_engine

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_N_SIGNS = 12
_GROUP = 4
_PURPOSE = "customer-pseudonym"
_IDENTITY_PURPOSE = "identity-pseudonym"


def pseudonym(customer: UUID) -> str:
    """A name such as `C-7K3M-92QF-B0XR` that is always the same and leads back only through the key.

    60 bits: two of five million customers share one with a chance of 1 in 90,000.
    """
    return pseudonyms([customer])[0]


def pseudonyms(customers: list[UUID]) -> list[str]:
    """As `pseudonym` for each, in order; some two microseconds each."""
    vault = open_engine(settings.HOME).vault
    indexes = vault.blind_index_many([one.bytes for one in customers], purpose=_PURPOSE)
    return [f"C-{_written(index, n_signs=_N_SIGNS)}" for index in indexes]


def identifier_pseudonym(key: str) -> str:
    """What stands for one identifier, as `7K3M-92QF`; `key` is its identity's."""
    index = open_engine(settings.HOME).vault.blind_index(key, purpose=_IDENTITY_PURPOSE)
    return _written(index, n_signs=2 * _GROUP)


def read_pseudonym(text: str) -> str | None:
    """The pseudonym as it is kept, from what somebody typed (`c 7k3m92qfb0xr`); None if it is none."""
    signs = "".join(sign for sign in text.upper().translate(_MISREAD) if sign.isalnum())
    body = signs.removeprefix("C") if len(signs) > _N_SIGNS else signs
    if len(body) != _N_SIGNS or not set(body) <= set(_SIGNS):
        return None
    return f"C-{_grouped(body)}"


# Crockford's reading of letters that are no signs of his base 32.
_MISREAD = str.maketrans("OIL", "011")


def _written(index: bytes, *, n_signs: int) -> str:
    number = int.from_bytes(index[:8], "big")
    return _grouped("".join(_SIGNS[number >> (5 * place) & 31] for place in range(n_signs)))


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))
