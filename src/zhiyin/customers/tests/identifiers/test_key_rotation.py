"""A new key, everything moved to it, the old one gone: and no token lost on the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zhiyin.customers.identifiers.sealing import open_identity, open_traits
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine
from zhiyin.engine.home import Home
from zhiyin.engine.vault import TokenUnreadable, token_version
from zhiyin.errors import Conflict
from zhiyin.people.models import AuditEvent
from zhiyin.people.sealed_columns import SealedColumn
from zhiyin.people.services.encryption import read_keys_state, reencrypt, retire_keys, rotate_keys


@pytest.fixture
def vault(tmp_path: Path, settings, db: None):
    settings.HOME = Home(tmp_path / "home")
    return open_engine(settings.HOME).vault


def _versions() -> set[int]:
    return {token_version(bytes(one.sealed)) for one in Identity.objects.all()}


def test_everything_moves_to_the_new_key_and_then_the_old_one_goes(vault, make_identity):
    people = [make_identity(f"+86138{n:08}", name=f"王{n}") for n in range(1200)]
    bare = make_identity("M-1", type="member")
    assert rotate_keys() == 2
    after = make_identity("+8613700000000")
    assert _versions() == {1, 2}
    told: list[int] = []
    moved = reencrypt(on_progress=lambda _, n: told.append(n))
    assert moved["customers.Identity.sealed"].n_moved == 1201
    assert moved["customers.Identity.traits_sealed"].n_moved == 1200
    assert sum(told) == 2401
    assert len(told) > 4
    assert _versions() == {2}
    for n, one in enumerate(people):
        one.refresh_from_db()
        assert open_identity(one, vault=vault) == f"+86138{n:08}"
    assert open_traits(people[7], vault=vault) == {"name": "王7"}
    assert open_identity(bare, vault=vault) == "M-1"
    assert reencrypt() == {}
    later = datetime.now(UTC) + timedelta(hours=2)
    assert retire_keys(now=later) == [1]
    assert vault.versions == [2]
    after.refresh_from_db()
    assert open_identity(after, vault=vault) == "+8613700000000"
    actions = [*AuditEvent.objects.order_by("sequence").values_list("action", flat=True)]
    assert actions == ["encryption.rotated", "encryption.moved", "encryption.moved", "encryption.retired"]


def test_a_key_in_use_or_just_superseded_is_not_destroyed(vault, make_identity):
    identity = make_identity("+8613812345678")
    assert retire_keys() == []
    rotate_keys()
    later = datetime.now(UTC) + timedelta(hours=2)
    with pytest.raises(Conflict, match=r"still needed for 1 items of customers\.Identity"):
        retire_keys(now=later)
    reencrypt()
    with pytest.raises(Conflict, match="hour"):
        retire_keys()
    assert vault.versions == [1, 2]
    identity.refresh_from_db()
    assert open_identity(identity, vault=vault) == "+8613812345678"


def test_what_somebody_wrote_meanwhile_is_not_written_over(vault, make_identity):
    identity = make_identity("+8613812345678")
    rotate_keys()

    def context(row):
        # Between reading and storing, as another process would.
        Identity.objects.filter(pk=identity.pk).update(sealed=fresh)
        return b"customer-identifier\0" + str(row["key"]).encode()

    fresh = vault.encrypt(b"+8613900000000", context=b"customer-identifier\0" + identity.key.encode())
    column = SealedColumn(model=Identity, column="sealed", needs=("key",), context=context)
    assert column.move(to=2, on_moved=lambda _: None).n_moved == 0
    identity.refresh_from_db()
    assert open_identity(identity, vault=vault) == "+8613900000000"


def test_what_does_not_open_stays_is_told_and_keeps_its_key(vault, make_identity):
    good, bad = make_identity("+8613812345678"), make_identity("+8613812345679")
    damaged = bytes(bad.sealed)[:-1] + bytes([bytes(bad.sealed)[-1] ^ 1])
    Identity.objects.filter(pk=bad.pk).update(sealed=damaged)
    rotate_keys()
    moved = reencrypt()["customers.Identity.sealed"]
    assert (moved.n_moved, moved.n_unreadable) == (1, 1)
    assert read_keys_state().n_old == 1
    good.refresh_from_db()
    assert open_identity(good, vault=vault) == "+8613812345678"
    with pytest.raises(Conflict):
        retire_keys(now=datetime.now(UTC) + timedelta(hours=2))


def test_tokens_of_a_key_that_is_not_there_are_counted(vault, make_identity):
    identity = make_identity("+8613812345678")
    Identity.objects.filter(pk=identity.pk).update(sealed=b"\x00\x09" + bytes(identity.sealed)[2:])
    assert read_keys_state().lost == {9: 1}
    identity.refresh_from_db()
    with pytest.raises(TokenUnreadable, match="version 9"):
        open_identity(identity, vault=vault)


_TURN_KEYS = """
import django
django.setup()
from zhiyin.people.services.encryption import reencrypt, rotate_keys
while True:
    rotate_keys()
    reencrypt(on_progress=lambda *_: print("moved", flush=True))
"""
_MAKE = """
import django
django.setup()
from datetime import UTC, datetime
from django.conf import settings
import uuid_utils.compat
from zhiyin.customers.identifiers.sealing import seal_identifier
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine
vault, now = open_engine(settings.HOME).vault, datetime.now(UTC)
Identity.objects.bulk_create(
    Identity(key=f"{n:032x}", type="phone", born=born, customer=born, first_seen_at=now, last_seen_at=now,
             changed_at=now, sealed=seal_identifier(f"+86{n}", key=f"{n:032x}", vault=vault))
    for n in range(3000) for born in [uuid_utils.compat.uuid7()]
)
"""
_OPEN = """
import django
django.setup()
from django.conf import settings
from zhiyin.customers.identifiers.sealing import open_identity
from zhiyin.customers.models import Identity
from zhiyin.engine import open_engine
from zhiyin.people.services.encryption import read_keys_state, reencrypt
vault = open_engine(settings.HOME).vault
assert {open_identity(one, vault=vault) for one in Identity.objects.all()} == {f"+86{n}" for n in range(3000)}
reencrypt()
assert read_keys_state().n_old == 0 and vault.version > 1
assert {open_identity(one, vault=vault) for one in Identity.objects.all()} == {f"+86{n}" for n in range(3000)}
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_no_token(tmp_path, lay_home):
    environment = {k: v for k, v in os.environ.items() if k != "ZHIYIN_DATABASE_URL"}
    environment |= {
        "ZHIYIN_HOME": str(lay_home(tmp_path / "home")),
        "DJANGO_SETTINGS_MODULE": "zhiyin.config.settings",
    }

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    run(_MAKE)
    chance = random.Random(7)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _TURN_KEYS], env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.random() / 2)
            process.send_signal(signal.SIGKILL)
        run(_OPEN)
