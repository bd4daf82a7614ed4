"""Where in a request an API key stands."""

from __future__ import annotations

import base64
import binascii


def find_secret(authorization: str) -> str | None:
    """The key of `Authorization: Bearer zk_…` or of Basic, where it is the user name; None without one.

    Empty where the header is there and holds no key, so that nobody takes the request for a session's.
    """
    scheme, _, value = authorization.strip().partition(" ")
    value = value.strip()
    if not scheme:
        return None
    if scheme.lower() == "bearer":
        return value
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
