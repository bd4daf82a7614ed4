"""Staff accounts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac


def normal_username(username: str) -> str:
    """The form in which sign-in names are stored and compared: NFKC, without case or outer spaces."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by their sign-in name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of that name; raises `Account.DoesNotExist`."""
        return self.get(username=normal_username(username or ""))


class Account(AbstractBaseUser):
    """A member of staff who signs in with `username` (stored as `normal_username` makes it).

    Sessions hold good as long as password and `session_stamp` stay the same.
    """

    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    session_stamp = models.CharField(max_length=32, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def public_name(self) -> str:
        """The name that customers may see; empty where it is no more than the sign-in name."""
        is_sign_in_name = normal_username(self.display_name) == self.username
        return "" if is_sign_in_name else self.display_name

    def get_session_auth_hash(self) -> str:
        """What a session must carry to be this account's."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same, made with each secret that was used before."""
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes) -> str:
        value = f"{self.password}\0{self.session_stamp}"
        return salted_hmac("people.session", value, secret=secret, algorithm="sha256").hexdigest()
