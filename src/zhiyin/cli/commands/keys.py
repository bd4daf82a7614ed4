"""`zhiyin keys`: the keys of encryption at rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import say

if TYPE_CHECKING:
    from zhiyin.people.services.encryption import KeysState


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        cls=LocalisedGroup, no_args_is_help=True, help=say("静态加密的密钥。", "Keys of encryption at rest.")
    )
    for name, function, words in (
        ("status", status, say("各密钥加密了多少内容。", "How much each key has sealed, and where.")),
        (
            "rotate",
            rotate,
            say("新建数据密钥，此后都用它加密。", "Make a data key that seals all from now on."),
        ),
        (
            "reencrypt",
            reencrypt,
            say(
                "把旧密钥加密的内容改用最新密钥；可随时中断再运行。",
                "Seal anew, under the newest key, what older ones sealed; may be stopped and run again.",
            ),
        ),
        (
            "retire",
            retire,
            say("销毁已无内容使用的旧密钥。", "Destroy old keys that nothing uses any more."),
        ),
    ):
        group.command(name, cls=LocalisedCommand, help=words)(function)
    app.add_typer(group, name="keys")


def status(json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON."))) -> None:
    """Print the keys and what they sealed."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.services.encryption import read_keys_state

    state = read_keys_state()
    if json:
        print_json(state)
        return
    results().print(_table(state))
    where = say("环境变量指定的位置", "where the environment says") if state.has_outside_master else "keys/"
    print_notice(say(f"主密钥位置：{where}", f"The master key lies: {where}"))
    if state.n_old:
        print_notice(
            say(
                f"还有 {state.n_old} 项由旧密钥加密。运行 `zhiyin keys reencrypt`。",
                f"{state.n_old} items are sealed by older keys. Run `zhiyin keys reencrypt`.",
            )
        )


def _table(state: KeysState) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column(say("存放位置", "place"))
    for key in state.keys:
        table.add_column(say(f"密钥 {key.version}", f"key {key.version}"), justify="right")
    for store in state.stores:
        table.add_row(store.name, *(str(store.n_by_version.get(key.version, 0)) for key in state.keys))
    table.add_section()
    table.add_row(say("合计", "all"), *(str(key.n_tokens) for key in state.keys))
    table.add_row(say("创建于", "made on"), *(f"{key.made_at:%Y-%m-%d}" for key in state.keys))
    return table


def rotate() -> None:
    """Make a data key."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.services.encryption import rotate_keys

    version = rotate_keys()
    print_notice(
        say(
            f"从现在起用密钥 {version} 加密。旧内容仍可读；运行 `zhiyin keys reencrypt` 改用新密钥。",
            f"Key {version} seals from now on. What is older stays readable;"
            " `zhiyin keys reencrypt` moves it to the new key.",
        )
    )


def reencrypt() -> None:
    """Move everything to the newest key, telling how far it is."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.cli.output import progress_bar
    from zhiyin.people.services.encryption import read_keys_state
    from zhiyin.people.services.encryption import reencrypt as move_all

    with progress_bar() as bar:
        task = bar.add_task(say("改用最新密钥", "Sealing anew"), total=read_keys_state().n_old)
        moved = move_all(on_progress=lambda _name, n: bar.advance(task, n))
    n_moved = sum(one.n_moved for one in moved.values())
    print_notice(say(f"已改用最新密钥：{n_moved} 项。", f"Sealed anew: {n_moved} items."))
    for name, one in moved.items():
        if one.n_unreadable:
            print_notice(
                say(
                    f"{name} 有 {one.n_unreadable} 项打不开，保持原样。",
                    f"{one.n_unreadable} items of {name} do not open and stay as they are.",
                )
            )


def retire() -> None:
    """Destroy the keys that nothing uses."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.people.services.encryption import retire_keys

    versions = retire_keys()
    if versions:
        named = ", ".join(map(str, versions))
        print_notice(say(f"已销毁密钥：{named}。", f"Destroyed: key {named}."))
    else:
        print_notice(say("没有旧密钥。", "There is no old key."))
