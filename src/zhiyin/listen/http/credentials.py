"""Finds the API key in a request's headers."""

from __future__ import annotations

import base64
import binascii

from zhiyin.listen.http.problems import ProblemError
from zhiyin.people.permissions import Permission
from zhiyin.people.queries.key_ring import KeyIdentity, authenticate_key


def secret_of(authorization: str | None) -> str:
    """The key of `Authorization: Bearer zk_…`, or of Basic, where it is the user name.

    Raises:
        ProblemError: there is none.
    """
    scheme, _, value = (authorization or "").strip().partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    if scheme.lower() == "basic":
        try:
            user = base64.b64decode(value.strip(), validate=True).decode("utf-8").partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            raise ProblemError("unauthorized") from None
        if user:
            return user
    raise ProblemError("unauthorized")


def authorise(secret: str, *, permission: Permission) -> KeyIdentity:
    """Whom the key stands for. May ask the database.

    Raises:
        ProblemError: the key is not valid, or its scopes do not give the permission.
    """
    identity = authenticate_key(secret)
    if identity is None:
        raise ProblemError("unauthorized")
    if not identity.may(permission):
        raise ProblemError("forbidden", detail=permission.value)
    return identity
