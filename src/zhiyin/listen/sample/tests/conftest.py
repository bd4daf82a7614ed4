"""One middling sample, made once for all tests of this room."""

from __future__ import annotations

import pytest

from zhiyin.listen.sample import Company, SampleOptions, generate_voices, make_company


@pytest.fixture(scope="session")
def company() -> Company:
    return make_company(SampleOptions(n_stores=60, n_days=200, n_voices=16_000))


@pytest.fixture(scope="session")
def voices(company):
    return [voice for batch in generate_voices(company) for voice in batch]
