"""Equal options give equal bytes, on every machine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import msgspec

from zhiyin.listen.sample import SampleOptions, generate_voices, make_company

_SCRIPT = """
import hashlib, msgspec
from zhiyin.listen.sample import SampleOptions, generate_voices, make_company
company = make_company(SampleOptions(n_stores=12, n_days=40))
digest = hashlib.sha256()
for batch in generate_voices(company):
    digest.update(msgspec.json.encode(batch))
print(digest.hexdigest())
"""


def _digest(options: SampleOptions) -> str:
    digest = hashlib.sha256()
    for batch in generate_voices(make_company(options)):
        digest.update(msgspec.json.encode(batch))
    return digest.hexdigest()


def _digest_elsewhere(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": "America/Lima", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_hash_seed_time_zone_and_locale_do_not_change_a_byte():
    here = _digest(SampleOptions(n_stores=12, n_days=40))
    assert _digest_elsewhere("1") == here
    assert _digest_elsewhere("4711") == here


def test_another_seed_gives_other_voices():
    first = _digest(SampleOptions(n_stores=3, n_days=10, seed=1))
    assert first != _digest(SampleOptions(n_stores=3, n_days=10, seed=2))
    assert first == _digest(SampleOptions(n_stores=3, n_days=10, seed=1))


def test_the_quiet_variant_is_the_same_company_without_incidents():
    loud = make_company(SampleOptions(n_stores=12, n_days=40))
    quiet = make_company(SampleOptions(n_stores=12, n_days=40, has_incidents=False))
    assert quiet.incidents == ()
    assert quiet.units == loud.units
    assert quiet.customers == loud.customers
    truths = [truth for batch in generate_voices(quiet) for _, truth in batch]
    assert not any(truth.incident for truth in truths)
