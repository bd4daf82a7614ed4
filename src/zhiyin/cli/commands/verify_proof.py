"""`zhiyin verify-proof`: whether the proof of a data request was signed by a key."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from zhiyin.cli.exit_codes import ExitCode
from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, results
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "verify-proof",
        cls=LocalisedCommand,
        help=say(
            "验证个人信息申请的签名凭证；不是真的时退出码为 8。",
            "Verify the signed proof of a data request; exit code 8 where it is not genuine.",
        ),
    )(verify)


def verify(
    file: Path = typer.Argument(
        ..., exists=True, dir_okay=False, help=say("签名凭证文件。", "The signed proof.")
    ),
    key: str = typer.Option(
        "",
        "--key",
        help=say(
            "签发方的公钥（Base64）；默认用本系统的。",
            "The signer's public key in Base64; this home's if left out.",
        ),
    ),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Verify the file and print what it says."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.customers.rights.signing import MAX_BYTES, public_key, verify_proof

    with file.open("rb") as opened:
        found = verify_proof(opened.read(MAX_BYTES + 1), key=key or public_key())
    if json:
        print_json(found)
    elif found.is_genuine:
        text = say(
            f"凭证是真的：{found.told.number}，{found.told.kind}，{found.told.status}，{found.told.ended_at}",
            f"The proof is genuine: {found.told.number}, {found.told.kind}, {found.told.status},"
            f" {found.told.ended_at}",
        )
        results().print(text, soft_wrap=True)
    else:
        text = say(
            "凭证不是用这把密钥签的，或已被改动。", "The proof was not signed by this key, or it was changed."
        )
        results().print(text, style="red", soft_wrap=True)
    if not found.is_genuine:
        sys.exit(ExitCode.DONE_WITH_FINDINGS)
