"""The rules by which identities are linked by themselves, and their versions."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
from django.db import transaction
from django.utils import timezone

from zhiyin.customers.models import LinkRules
from zhiyin.errors import InvalidInput
from zhiyin.people.models import Account

MOST_PEOPLE = 1_000


class TypeRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one type of identifier takes part.

    `joins`: whether it links at all. `single`: a person has one of it within a source, so that verified
    ones that differ are two people; `most_verified`: unless a person may have so many. `most_people`:
    named with more different people than this, it tells nobody apart any more.
    """

    joins: bool = True
    single: bool = False
    most_verified: int = 1
    most_people: int = 5


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What is linked by itself. `other` is for types that are not listed.

    `claimed_join`: identifiers join that their source does not vouch for. `untrusted_sources`: there
    people type what they like, so that only verified identifiers join. `match_from`: proposals of at
    least this probability are links without anybody's word; None for never.
    """

    version: int = 1
    types: dict[str, TypeRule]
    other: TypeRule = TypeRule()
    claimed_join: bool = True
    untrusted_sources: list[str] = []
    match_from: float | None = None

    def of(self, type: str) -> TypeRule:
        """The rule of a type."""
        return self.types.get(type, self.other)


def get_rules() -> Rules:
    """The rules in force; those that the product comes with where nobody set any."""
    row = LinkRules.objects.filter(is_in_force=True).order_by("-version").first()
    return built_in_rules() if row is None else _read(row)


def list_rules() -> list[LinkRules]:
    """Every version that was ever in force, the newest first."""
    return list(LinkRules.objects.select_related("made_by").order_by("-version"))


def read_rules(version: int) -> Rules:
    """The rules of a version.

    Raises:
        InvalidInput: there is none.
    """
    row = LinkRules.objects.filter(version=version).first()
    if row is None and version == 1:
        return built_in_rules()
    if row is None:
        raise InvalidInput(f"There are no rules of version {version}.", field="version")
    return _read(row)


def save_rules(rules: Rules, *, by: Account | None) -> Rules:
    """Puts the rules in force as the next version; what they change is for the caller to recompute.

    Raises:
        InvalidInput: a number is out of range.
    """
    check_rules(rules)
    with transaction.atomic():
        newest = LinkRules.objects.order_by("-version").first()
        version = max(newest.version if newest else 1, 1) + 1
        saved = msgspec.structs.replace(rules, version=version)
        LinkRules.objects.filter(is_in_force=True).update(is_in_force=False)
        LinkRules.objects.create(
            version=version,
            config=msgspec.to_builtins(saved),
            is_in_force=True,
            made_by=by,
            made_at=timezone.now(),
        )
    return saved


def check_rules(rules: Rules) -> None:
    """Refuses numbers that mean nothing.

    Raises:
        InvalidInput: a limit or the threshold is out of range.
    """
    for type_, rule in [*rules.types.items(), ("other", rules.other)]:
        if not all(1 <= most <= MOST_PEOPLE for most in (rule.most_people, rule.most_verified)):
            raise InvalidInput(f"The limit of {type_} must be 1 to {MOST_PEOPLE}.", field=type_)
    if rules.match_from is not None and not 0.5 <= rules.match_from <= 1:
        raise InvalidInput("The threshold must be 0.5 to 1.", field="match_from")


@cache
def built_in_rules() -> Rules:
    """Version 1, which the product comes with."""
    text = files("zhiyin.customers.linking").joinpath("rules.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Rules)


def _read(row: LinkRules) -> Rules:
    return msgspec.convert(row.config, Rules)
