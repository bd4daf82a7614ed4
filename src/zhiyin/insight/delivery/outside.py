"""What the installation says about the ways out: the mail server, and inner networks that may be reached."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, cast

from django.conf import settings

from zhiyin.insight.delivery.guard import read_networks

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in; `user` empty signs in to nothing."""

    host: str
    port: int
    security: Security
    user: str
    password: str
    sender: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The ways out; `mail` None where no server is set."""

    inner_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    mail: MailServer | None = None


def read_outside() -> Outside:
    """As the settings say now."""
    return Outside(inner_networks=read_networks(settings.INNER_NETWORKS), mail=_mail_server())


def public_url(path: str) -> str:
    """The whole address of a page of ours; empty where the installation knows no public address."""
    public: str = settings.PUBLIC_URL
    return f"{public}{path}" if public and path else ""


def _mail_server() -> MailServer | None:
    if not settings.SMTP_HOST:
        return None
    security = cast(Security, settings.SMTP_SECURITY)  # the settings take these three alone
    return MailServer(
        host=settings.SMTP_HOST,
        port=settings.SMTP_PORT,
        security=security,
        user=settings.SMTP_USER,
        password=settings.SMTP_PASSWORD,
        sender=settings.MAIL_FROM,
    )
