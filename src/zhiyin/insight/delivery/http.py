"""One POST to a guarded address: no redirects, no proxy, a deadline, a small answer."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import urlsplit, urlunsplit

import httpx

from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.guard import InnerAddress, choose_address

SECONDS = 15.0
_CONNECT_SECONDS = 5.0
_MAX_ANSWER_BYTES = 64 * 1024
_MAX_RETRY_SECONDS = 24 * 3600.0
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answered; `retry_after_seconds` 0 where it named no time."""

    status: int
    body: bytes
    retry_after_seconds: float = 0.0

    @property
    def is_ok(self) -> bool:
        """Whether the status says yes."""
        return self.status in _OK


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    inner_networks: Sequence[IPv4Network | IPv6Network],
    seconds: float = SECONDS,
) -> Reply | Answer:
    """The reply, or the reason why there was none."""
    try:
        return _post(url, body=body, headers=headers, inner_networks=inner_networks, seconds=seconds)
    except InnerAddress:
        return refusal("inner")
    except httpx.TimeoutException:
        return refusal("timeout")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return refusal("certificate" if _is_certificate(error) else "unreachable")


def _post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    inner_networks: Sequence[IPv4Network | IPv6Network],
    seconds: float,
) -> Reply:
    parts = urlsplit(url)
    host, is_https = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_https else 80)
    address = choose_address(host, port=port, allowed=inner_networks)
    shown = f"[{address}]" if ":" in address else address
    target = urlunsplit((parts.scheme, f"{shown}:{port}", parts.path or "/", parts.query, ""))
    # The name goes into the certificate's check and the Host line; the connection goes to the address.
    verify = ssl.create_default_context() if is_https else False
    timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
    deadline = time.monotonic() + seconds
    request = httpx.Request(
        "POST",
        target,
        content=body,
        headers={"Host": parts.netloc, "User-Agent": "Zhiyin", "Accept-Encoding": "identity", **headers},
        extensions={"sni_hostname": host, "timeout": timeout.as_dict()},
    )
    # No client around the transport: it would write the address, which is a secret, into the log.
    with httpx.HTTPTransport(verify=verify, trust_env=False) as transport:
        response = transport.handle_request(request)
        try:
            return Reply(
                status=response.status_code,
                body=_read(response, deadline=deadline),
                retry_after_seconds=_retry_after(response.headers.get("Retry-After", "")),
            )
        finally:
            response.close()


def _read(response: httpx.Response, *, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if time.monotonic() > deadline:
            raise httpx.ReadTimeout("the answer took too long")
        if len(body) > _MAX_ANSWER_BYTES:
            break
    return bytes(body[:_MAX_ANSWER_BYTES])


def _retry_after(value: str) -> float:
    """Seconds, or a date of HTTP; 0 where it is neither, a day at most."""
    wanted = 0.0
    if value.isascii() and value.isdigit():
        wanted = float(value)
    elif value:
        with suppress(ValueError, TypeError):
            wanted = parsedate_to_datetime(value).timestamp() - time.time()
    return min(max(wanted, 0.0), _MAX_RETRY_SECONDS)


def _is_certificate(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
