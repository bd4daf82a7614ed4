"""The signed proof of an ended request: made, shown, verified, and refused where it was changed."""

from __future__ import annotations

import json

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from typer.testing import CliRunner

from zhiyin.cli.main import build_app
from zhiyin.console.chromium import find_browser
from zhiyin.customers.models import RightsRequest
from zhiyin.customers.rights.requests import Ask, complete, open_request
from zhiyin.customers.rights.signing import public_key, sign_proof, verify_proof, write_signed
from zhiyin.errors import Conflict, InvalidInput
from zhiyin.people.actors import SYSTEM
from zhiyin.people.roles import Role
from zhiyin.people.services.accounts import create_account, grant_role


@pytest.fixture
def ended(home, wang) -> RightsRequest:
    """A copy that was handed over."""
    asked = open_request(
        Ask(kind="copy", customer=wang.customer, checked_how="call_back", contact="13812345678"), by=SYSTEM
    )
    complete(asked.pk, answer="给王芳", by=SYSTEM, package=b"a package")
    return RightsRequest.objects.get(pk=asked.pk)


@pytest.fixture
def owner(client, db):
    account = create_account("owner", password="correct horse battery staple")
    grant_role(account, role=Role.OWNER)
    client.force_login(account)
    return client


def test_a_proof_is_genuine_until_one_sign_is_changed(ended):
    content = write_signed(sign_proof(ended))
    found = verify_proof(content, key=public_key())
    assert found.is_genuine
    assert (found.told.number, found.sha256) == (ended.number, ended.proof_hash)
    assert content == write_signed(sign_proof(ended))
    assert b"13812345678" not in content
    assert "王芳" not in content.decode()
    changed = content.replace(b'\\"kind\\":\\"copy\\"', b'\\"kind\\":\\"delete\\"')
    assert changed != content
    assert not verify_proof(changed, key=public_key()).is_genuine


def test_another_installations_key_proves_nothing(ended):
    proof = sign_proof(ended)
    other = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAx"[:44].replace("A", "B", 1)
    with pytest.raises(InvalidInput, match="key"):
        verify_proof(write_signed(proof), key="no key")
    forged = write_signed(msgspec.structs.replace(proof, key=other))
    assert verify_proof(forged, key=public_key()).is_genuine  # the key within the file counts for nothing
    with pytest.raises(InvalidInput, match="no signed proof"):
        verify_proof(b"{}", key=public_key())


def test_a_row_that_was_changed_afterwards_is_not_signed(ended):
    RightsRequest.objects.filter(pk=ended.pk).update(kind="delete")
    with pytest.raises(Conflict):
        sign_proof(RightsRequest.objects.get(pk=ended.pk))


def test_staff_hand_the_proof_over_and_strangers_verify_it(owner, ended, client):
    address = f"/customers/requests/{ended.number}/"
    assert "proof/paper/" in owner.get(address).content.decode()
    signed = owner.get(f"{address}proof/signed/").content
    paper = owner.get(f"{address}proof/paper/").content.decode()
    assert json.loads(signed)["signature"] in paper
    if not find_browser():
        assert owner.get(f"{address}proof/paper/?format=pdf").status_code == 409
    client.logout()
    assert client.get(f"{address}proof/signed/").status_code in (302, 403, 404)
    assert client.get("/proof/key/").json()["key"] == json.loads(signed)["key"]
    page = client.post("/proof/", {"file": SimpleUploadedFile("p.json", signed)}).content.decode()
    assert "是真的：由本系统签发" in page
    assert ended.number in page
    broken = client.post("/proof/", {"file": SimpleUploadedFile("p.json", signed.replace(b"copy", b"kopy"))})
    assert ended.number not in broken.content.decode()
    assert client.post("/proof/", {"file": SimpleUploadedFile("p.json", b"\xff")}).status_code == 422


def test_the_command_verifies_with_a_key(ended, tmp_path):
    file = tmp_path / "proof.json"
    file.write_bytes(write_signed(sign_proof(ended)))
    good = CliRunner().invoke(build_app(), ["verify-proof", str(file), "--key", public_key(), "--json"])
    assert good.exit_code == 0
    assert json.loads(good.stdout)["is_genuine"] is True
    file.write_bytes(file.read_bytes().replace(b"copy", b"kopy"))
    bad = CliRunner().invoke(build_app(), ["verify-proof", str(file), "--key", public_key()])
    assert bad.exit_code == 8
