"""`zhiyin up`, `web` and `worker`: the server in one process or in several."""

from __future__ import annotations

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import notices, print_notice
from zhiyin.cli.words import say

HOST = typer.Option("127.0.0.1", help=say("监听地址。", "Address to listen on."))
PORT = typer.Option(8000, min=1, max=65535, help=say("监听端口。", "Port to listen on."))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "up",
        cls=LocalisedCommand,
        help=say(
            "在一个进程里启动一切：网页、接口、处理流水线、数据湖维护。",
            "Start everything in one process: pages, API, pipeline, upkeep of the lake.",
        ),
    )(up)
    app.command("web", cls=LocalisedCommand, help=say("只启动网页和接口。", "Start pages and API alone."))(
        web
    )
    app.command(
        "worker",
        cls=LocalisedCommand,
        help=say("只启动处理流水线和数据湖维护。", "Start the pipeline and the upkeep of the lake alone."),
    )(worker)


def up(host: str = HOST, port: int = PORT) -> None:
    """Start everything in one process."""
    from zhiyin.cli.startup import start_django

    home = start_django(is_server=True)
    from zhiyin.config.ports import check_address
    from zhiyin.config.wiring import run_up

    check_address(host, port)
    _greet(host, port)
    run_up(home, host=host, port=port)


def web(host: str = HOST, port: int = PORT) -> None:
    """Start pages and API alone."""
    from zhiyin.cli.startup import start_django

    home = start_django(is_server=True)
    from zhiyin.config.ports import check_address
    from zhiyin.config.wiring import run_web

    check_address(host, port)
    _greet(host, port)
    run_web(home, host=host, port=port)


def worker() -> None:
    """Start the pipeline and the upkeep of the lake alone."""
    from zhiyin.cli.startup import start_django

    home = start_django(is_server=True)
    from zhiyin.config.wiring import run_worker

    print_notice(say("处理流水线已启动，Ctrl-C 结束。", "The pipeline is running; Ctrl-C ends it."))
    run_worker(home)


def _greet(host: str, port: int) -> None:
    """One line with the address, and the one-time link while nobody has an account."""
    from zhiyin.people.queries import has_owner
    from zhiyin.people.services.setup import create_setup_token

    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}/"
    line = say(f"知音已在 {address} 等候", f"Zhiyin waits at {address}")
    if not has_owner():
        link = f"{address}setup/{create_setup_token()}/"
        line += say(f"，一次性设置链接：{link}", f", one-time set-up link: {link}")
    notices().print(line, style="bold", markup=False, soft_wrap=True)
