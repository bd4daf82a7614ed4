"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id with 46 MiB, one pass, one lane.

    One of the settings that the OWASP Password Storage Cheat Sheet holds equal; Django would take 100 MiB
    on eight lanes. A small server bears several sign-ins at once: about 40 ms and 46 MiB each.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
