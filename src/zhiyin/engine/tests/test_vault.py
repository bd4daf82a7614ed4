"""What the vault promises."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.costs import costs_at_most

from zhiyin.engine import vault_keys
from zhiyin.engine.vault import TokenUnreadable, Vault, VaultClosed, token_version
from zhiyin.errors import Conflict, NotFound


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault.open(tmp_path_factory.mktemp("keys"))


@given(plaintexts=st.lists(st.binary(max_size=400), max_size=5), context=st.binary(max_size=40))
def test_what_was_encrypted_comes_back_in_order(vault, plaintexts, context):
    tokens = vault.encrypt_many(plaintexts, context=context)
    assert [vault.decrypt(token, context=context) for token in tokens] == plaintexts
    assert len(set(tokens)) == len(tokens)


@given(plaintext=st.binary(max_size=60), data=st.data())
def test_a_token_with_any_bit_changed_does_not_open(vault, plaintext, data):
    token = bytearray(vault.encrypt(plaintext, context=b"c"))
    place = data.draw(st.integers(0, len(token) * 8 - 1))
    token[place // 8] ^= 1 << place % 8
    with pytest.raises(TokenUnreadable):
        vault.decrypt(bytes(token), context=b"c")


@given(cut=st.integers(0, 40))
def test_a_cut_token_does_not_open(vault, cut):
    token = vault.encrypt(b"0123456789a", context=b"c")
    with pytest.raises(TokenUnreadable):
        vault.decrypt(token[:cut], context=b"c")


def test_a_token_opens_only_in_its_context(vault):
    token = vault.encrypt("张三 13800138000".encode(), context=b"raw:1")
    with pytest.raises(TokenUnreadable) as caught:
        vault.decrypt(token, context=b"raw:2")
    assert "张三" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_another_installations_token_does_not_open(vault, tmp_path):
    token = Vault.open(tmp_path).encrypt(b"x", context=b"c")
    with pytest.raises(TokenUnreadable):
        vault.decrypt(token, context=b"c")


def test_old_tokens_open_after_rotation_and_in_another_process(tmp_path):
    here, there = Vault.open(tmp_path), Vault.open(tmp_path)
    old = here.encrypt(b"old", context=b"c")
    index = here.blind_index("a", purpose="p")
    assert here.rotate() == 2
    new = here.encrypt(b"new", context=b"c")
    assert new[:2] != old[:2]
    assert here.decrypt(old, context=b"c") == b"old"
    assert there.decrypt(new, context=b"c") == b"new"
    assert Vault.open(tmp_path).blind_index("a", purpose="p") == index


def test_keys_are_readable_by_their_owner_alone(tmp_path):
    Vault.open(tmp_path / "keys")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_processes_that_start_together_share_one_key(tmp_path):
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        with ThreadPoolExecutor(8) as threads:
            vaults = list(threads.map(Vault.open, [folder] * 8))
        tokens = [vault.encrypt(b"x", context=b"c") for vault in vaults]
        assert {vaults[0].decrypt(token, context=b"c") for token in tokens} == {b"x"}
        assert len({vault.blind_index("a", purpose="p") for vault in vaults}) == 1
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_a_lost_master_key_is_never_replaced_silently(tmp_path):
    Vault.open(tmp_path)
    (tmp_path / "master.key").unlink()
    with pytest.raises(VaultClosed, match="master key is missing"):
        Vault.open(tmp_path)


def test_no_keys_are_made_where_some_must_be(tmp_path):
    with pytest.raises(VaultClosed, match="keys are missing"):
        Vault.open(tmp_path / "keys", may_make=False)
    Vault.open(tmp_path / "keys")
    Vault.open(tmp_path / "keys", may_make=False)


def test_a_foreign_master_key_opens_nothing(tmp_path):
    Vault.open(tmp_path / "a")
    Vault.open(tmp_path / "b")
    (tmp_path / "a" / "master.key").write_bytes((tmp_path / "b" / "master.key").read_bytes())
    with pytest.raises(VaultClosed, match="does not open with this master key"):
        Vault.open(tmp_path / "a")


def test_a_key_that_another_process_added_seals_from_then_on(tmp_path):
    here, there = Vault.open(tmp_path), Vault.open(tmp_path)
    assert token_version(there.encrypt(b"x", context=b"c")) == 1
    for version in (2, 3, 4):
        here.rotate()
        assert token_version(there.encrypt(b"x", context=b"c")) == version
    assert there.versions == [1, 2, 3, 4]


def test_a_retired_key_opens_nothing_and_the_newest_cannot_be_retired(tmp_path):
    vault = Vault.open(tmp_path)
    old = vault.encrypt(b"old", context=b"c")
    with pytest.raises(Conflict):
        vault.retire(1)
    vault.rotate()
    new = vault.encrypt(b"new", context=b"c")
    vault.retire(1)
    assert vault.versions == [2]
    assert vault.decrypt(new, context=b"c") == b"new"
    with pytest.raises(TokenUnreadable, match="version 1"):
        vault.decrypt(old, context=b"c")
    with pytest.raises(NotFound):
        vault.retire(1)
    assert Vault.open(tmp_path, may_make=False).version == 2


@pytest.mark.parametrize("form", ["hex", "base64", "file", "text file"])
def test_the_master_key_may_lie_elsewhere(tmp_path, monkeypatch, form):
    master = bytes(range(32))
    written = {"hex": master.hex(), "base64": base64.b64encode(master).decode()}
    if form in written:
        monkeypatch.setenv("ZHIYIN_MASTER_KEY", written[form])
    else:
        (tmp_path / "elsewhere").write_bytes(master if form == "file" else f"{master.hex()}\n".encode())
        monkeypatch.setenv("ZHIYIN_MASTER_KEY_FILE", str(tmp_path / "elsewhere"))
    token = Vault.open(tmp_path / "keys").encrypt(b"x", context=b"c")
    assert not (tmp_path / "keys" / "master.key").exists()
    assert Vault.open(tmp_path / "keys", may_make=False).decrypt(token, context=b"c") == b"x"
    monkeypatch.delenv("ZHIYIN_MASTER_KEY", raising=False)
    monkeypatch.delenv("ZHIYIN_MASTER_KEY_FILE", raising=False)
    with pytest.raises(VaultClosed, match="master key is missing"):
        Vault.open(tmp_path / "keys")


@pytest.mark.parametrize(
    ("key", "file"), [("00" * 31, ""), ("not a key", ""), ("", "/nowhere/key"), ("00" * 32, "/nowhere/key")]
)
def test_a_wrong_master_key_of_the_environment_is_named_and_never_told(tmp_path, monkeypatch, key, file):
    monkeypatch.setenv("ZHIYIN_MASTER_KEY", key)
    monkeypatch.setenv("ZHIYIN_MASTER_KEY_FILE", file)
    with pytest.raises(VaultClosed, match="environment") as caught:
        Vault.open(tmp_path / "keys")
    assert not key or key not in str(caught.value)
    assert not vault_keys.data_files(tmp_path / "keys")


@given(value=st.text(max_size=30), other=st.text(max_size=30))
def test_blind_indexes_are_equal_exactly_for_equal_values_of_one_purpose(vault, value, other):
    first = vault.blind_index(value, purpose="phone")
    assert len(first) == 16
    assert first == vault.blind_index_many([value], purpose="phone")[0]
    assert (first == vault.blind_index(other, purpose="phone")) == (value == other)
    assert first != vault.blind_index(value, purpose="email")


def test_a_lone_surrogate_has_a_blind_index(vault):
    assert vault.blind_index("\ud800", purpose="p") != vault.blind_index("?", purpose="p")


@pytest.mark.slow
def test_two_hundred_thousand_items_a_second_are_encrypted(vault: Vault) -> None:
    items = [b"x" * 300] * 100_000
    assert costs_at_most(len(items) / 200_000, lambda: vault.encrypt_many(items, context=b"raw"))
