"""`zhiyin taxonomy`: by which tree of aspects voices are understood."""

from __future__ import annotations

import typer

from zhiyin.cli import taxonomy_history
from zhiyin.cli.localised import LocalisedCommand, LocalisedGroup
from zhiyin.cli.output import print_json, print_notice, results
from zhiyin.cli.words import say


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(cls=LocalisedGroup, no_args_is_help=True, help=say("分类体系。", "The taxonomy."))
    group.command(
        "list",
        cls=LocalisedCommand,
        help=say("列出内置分类体系，并标出正在使用的。", "List the built-in ones and mark the one in use."),
    )(list_all)
    group.command(
        "use",
        cls=LocalisedCommand,
        help=say(
            "从现在起按这个分类体系理解；已有的反馈用 lake retag 重新理解。",
            "Understand by this taxonomy from now on; `lake retag` brings it to stored voices.",
        ),
    )(use)
    taxonomy_history.register(group)
    app.add_typer(group, name="taxonomy")


def list_all(
    json: bool = typer.Option(False, "--json", help=say("以 JSON 输出。", "Print JSON.")),
) -> None:
    """List taxonomies."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.taxonomy import get_taxonomy
    from zhiyin.understand.taxonomy import BUILT_IN, load_taxonomy

    in_use = get_taxonomy().taxonomy
    taxonomies = {name: load_taxonomy(name) for name in BUILT_IN}
    if in_use.name not in taxonomies:
        taxonomies[in_use.name] = in_use
    rows = [
        {
            "name": name,
            "version": one.version,
            "aspects": len(one.aspects),
            "in_use": one.label == in_use.label,
        }
        for name, one in taxonomies.items()
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        mark = "●" if row["in_use"] else " "
        unit = say("个维度", "aspects")
        results().print(f"{mark} {row['name']}@{row['version']}  {row['aspects']} {unit}", markup=False)


def use(
    name: str = typer.Argument(
        metavar=say("名字", "NAME"),
        help=say("内置分类体系的名字，或 YAML 文件。", "Name of a built-in taxonomy, or a YAML file."),
    ),
) -> None:
    """Choose a taxonomy."""
    from zhiyin.cli.startup import start_django

    start_django()
    from zhiyin.listen.services.taxonomy import choose_taxonomy

    taxonomy = choose_taxonomy(name)
    print_notice(
        say(
            f"今后按 {taxonomy.label} 理解；已有的反馈用 `zhiyin lake retag` 重新理解。",
            f"Voices are understood by {taxonomy.label} from now on; "
            "`zhiyin lake retag` brings it to stored voices.",
        )
    )
