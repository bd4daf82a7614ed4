"""`zhiyin key`: API keys."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer
from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from zhiyin.cli.choices import choice
from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import say

if TYPE_CHECKING:
    from zhiyin.people.queries.keys import ListedKey


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(cls=LocalisedGroup, no_args_is_help=True, help=say("接口密钥。", "API keys."))
    group.command(
        "create",
        cls=LocalisedCommand,
        help=say(
            "新建密钥。标准输出只有密钥本身，且只显示这一次。",
            "Create a key. Standard output holds the key alone, shown this once.",
        ),
    )(create)
    group.command(
        "list", cls=LocalisedCommand, help=say("列出密钥（不含密文）。", "List keys, not secrets.")
    )(list_all)
    group.command("revoke", cls=LocalisedCommand, help=say("作废密钥。", "Revoke a key."))(revoke)
    app.add_typer(group, name="key")


def create(
    name: str = typer.Argument(metavar=say("名字", "NAME"), help=say("密钥的名字。", "Name of the key.")),
    scope: list[str] = typer.Option(
        ["feedback:write"],
        help=say(
            "权限，可多次给出：feedback:write / feedback:read / summary:read"
            " / customers:write / customers:read。",
            "Scope, repeatable: feedback:write, feedback:read, summary:read,"
            " customers:write, customers:read.",
        ),
    ),
    unit: str = typer.Option(
        None,
        help=say(
            "只许看到这个组织（编码或名称）。",
            "Restrict reading to this org unit (code or name).",
        ),
    ),
    source: str = typer.Option(
        None,
        help=say(
            "事实里的来源名；默认为密钥的名字。", "Name of the source in the facts; the key's name if empty."
        ),
    ),
    limit: int = typer.Option(
        6000, min=0, help=say("每分钟请求数上限，0 为不限。", "Requests a minute, 0 for no limit.")
    ),
    days: int = typer.Option(365, min=1, help=say("有效天数。", "Days until it expires.")),
) -> None:
    """Create a key and print it alone."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.permissions import KeyScope
    from zhiyin.people.queries import get_named_unit
    from zhiyin.people.services.keys import create_key

    secret = create_key(
        name,
        scopes=[choice(KeyScope, value, field="--scope") for value in scope],
        source=source or "",
        unit=get_named_unit(unit) if unit else None,
        limit_per_minute=limit,
        valid_days=days,
    )
    sys.stdout.write(f"{secret}\n")


def list_all(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """List keys, without their secrets."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.queries import list_keys

    keys = list_keys()
    if json:
        print_json(keys)
    elif keys:
        results().print(_key_table(keys))
    else:
        print_notice(
            say(
                "还没有密钥。用 `zhiyin key create 名字` 新建。",
                "No key yet. `zhiyin key create NAME` makes one.",
            )
        )


def _key_table(keys: Sequence[ListedKey]) -> Table:
    table = Table(
        say("名字", "name"),
        say("开头", "begins with"),
        say("权限", "scopes"),
        say("组织", "unit"),
        say("最近使用", "last used"),
        say("到期", "expires"),
        box=SIMPLE_HEAD,
    )
    for key in keys:
        ends = say("已作废", "revoked") if key.revoked_at else f"{key.expires_at:%Y-%m-%d}"
        used = f"{key.last_used_on:%Y-%m-%d}" if key.last_used_on else "–"
        table.add_row(escape(key.name), key.prefix, ", ".join(key.scopes), key.unit or "–", used, ends)
    return table


def revoke(
    name: str = typer.Argument(metavar=say("名字", "NAME"), help=say("密钥的名字。", "Name of the key.")),
) -> None:
    """Revoke a key."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.queries import get_key
    from zhiyin.people.services.keys import revoke_key

    revoke_key(get_key(name))
    print_notice(say(f"密钥 {name} 已作废。", f"Key {name} is revoked."))
