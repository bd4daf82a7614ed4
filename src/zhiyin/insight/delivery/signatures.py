"""The signatures that robots and webhooks ask for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from urllib.parse import quote_plus

from standardwebhooks.webhooks import Webhook

_SECRET_BYTES = 32
_LEAST_BYTES, _MOST_BYTES = 24, 64
_PREFIX = "whsec_"


def sign_for_dingtalk(secret: str, *, timestamp_ms: int) -> str:
    """The value of `sign` in the address: key is the secret, message `timestamp\\nsecret`; already quoted.

    >>> sign_for_dingtalk("SECtest", timestamp_ms=1599360473000)
    '9uMBwWNha8Pcr4QQCL9YQitwL0E0g2JIxycWz23gAkE%3D'
    """
    message = f"{timestamp_ms}\n{secret}".encode()
    return quote_plus(base64.b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)))


def sign_for_feishu(secret: str, *, timestamp: int) -> str:
    """The value of `sign` in the body: key is `timestamp\\nsecret`, the message is empty; Unix seconds.

    >>> sign_for_feishu("demo", timestamp=1599360473)
    'l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8='
    """
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.digest(key, b"", hashlib.sha256)).decode()


def sign_webhook(secret: str, *, reference: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature` of Standard Webhooks 1.0.0; Unix seconds of this attempt."""
    moment = datetime.fromtimestamp(timestamp, tz=UTC)
    return Webhook(secret).sign(msg_id=reference, timestamp=moment, data=body)


def make_webhook_secret() -> str:
    """A new secret as `whsec_` and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_webhook_secret(secret: str) -> bool:
    """Whether it is `whsec_` and base64 of 24 to 64 bytes."""
    if not secret.startswith(_PREFIX):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        return False
    return _LEAST_BYTES <= len(key) <= _MOST_BYTES
