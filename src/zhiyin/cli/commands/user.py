"""`zhiyin user create`: an account for a member of staff."""

from __future__ import annotations

import sys

import typer

from zhiyin.cli.choices import choice
from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        cls=LocalisedGroup, no_args_is_help=True, help=say("员工账号。", "Accounts of staff.")
    )
    group.command(
        "create",
        cls=LocalisedCommand,
        help=say(
            "新建账号。密码从终端询问，或从标准输入读一行。",
            "Create an account. The password is asked for, or read as one line of standard input.",
        ),
    )(create)
    # A group of one command would otherwise swallow the command's name.
    group.callback()(lambda: None)
    app.add_typer(group, name="user")


def create(
    username: str = typer.Argument(
        metavar=say("登录名", "NAME"), help=say("登录名。", "Name to sign in with.")
    ),
    role: str = typer.Option(
        "analyst",
        help=say(
            "角色：owner / analyst / manager / agent / frontline / auditor。",
            "Role: owner, analyst, manager, agent, frontline or auditor.",
        ),
    ),
    unit: str = typer.Option(
        None,
        help=say(
            "角色所辖组织（编码或名称）；不填为全公司。",
            "The role's org unit (code or name); the company if empty.",
        ),
    ),
    name: str = typer.Option("", help=say("显示的姓名。", "Name to show.")),
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """Create an account with one role."""
    from zhiyin.cli.startup import start_django

    start_django()
    from django.db import transaction

    from zhiyin.people.queries import get_named_unit
    from zhiyin.people.roles import Role
    from zhiyin.people.services.accounts import create_account, grant_role

    granted = choice(Role, role, field="--role")
    scope_unit = get_named_unit(unit) if unit else None
    with transaction.atomic():
        account = create_account(username, password=_read_password(), display_name=name)
        grant_role(account, role=granted, unit=scope_unit)
    if json:
        print_json({"id": account.pk, "username": account.username, "role": role, "unit": unit})
    else:
        print_notice(say(f"账号 {username} 已建好。", f"Account {username} is ready."))


def _read_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(say("密码", "Password"), hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
