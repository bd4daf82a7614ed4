"""`zhiyin link-history`: links the customers of what was stored without being linked."""

from __future__ import annotations

import typer

from zhiyin.cli.localised import LocalisedCommand
from zhiyin.cli.output import print_json, print_notice
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "link-history",
        cls=LocalisedCommand,
        short_help=say(
            "把早先存下、还没有关联的反馈与记录补上客户关联。",
            "Link the customers of earlier voices and records that were stored without being linked.",
        ),
        help=say(
            "先看反馈，再按天看订单、联系记录、产品、到访等事实：谁出现过，哪张订单是谁的。"
            "可以随时中断，再运行就从断处继续；重复运行不会改变什么。",
            "Voices first, then orders, contacts, products, visits and other facts, day by day: who appears, "
            "and which order is whose. Cut off, it goes on where it stood; done again, it changes nothing.",
        ),
    )(link_history)


def link_history(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出结果。", "Print the result as JSON.")),
) -> None:
    """Run the job here and now, or go on with one that was cut off."""
    from zhiyin.cli.startup import start_django

    home = start_django()
    from zhiyin.customers.linking.backfill import KIND, make_kind
    from zhiyin.errors import Conflict
    from zhiyin.listen.services.jobs import start_job

    job = start_job(KIND, by=None)
    make_kind().run(job.pk, home)
    job.refresh_from_db()
    if job.status != job.Status.DONE:
        raise Conflict("The linking was cancelled.", next_step="Run it again; it goes on where it stood.")
    found = {name: int(job.details[name]) for name in ("voices", "facts")}
    if json:
        print_json(found)
        return
    n_voices, n_facts = found["voices"], found["facts"]
    print_notice(
        say(
            f"看过 {n_voices:,} 条反馈、{n_facts:,} 条事实；客户关联已补齐。",
            f"Looked through {n_voices:,} voices and {n_facts:,} facts; their customers are linked.",
        )
    )
