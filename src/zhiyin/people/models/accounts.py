"""Staff accounts."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


def normal_username(username: str) -> str:
    """The form in which sign-in names are stored and compared: NFKC, without case or outer spaces."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


class AccountManager(BaseUserManager["Account"]):
    """Looks accounts up by their sign-in name, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The account of that name; raises `Account.DoesNotExist`."""
        return self.get(username=normal_username(username or ""))


class Account(AbstractBaseUser):
    """A member of staff who signs in with `username` (stored as `normal_username` makes it)."""

    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.display_name or self.username
