"""Openings of answers, in the language of the customer, from `greetings.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from zhiyin.respond.models import Case


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    """One opening: `names` by the language of the page, `texts` by that of the customer."""

    code: str
    names: dict[str, str]
    texts: dict[str, str]


class ReadyGreeting(msgspec.Struct, frozen=True, kw_only=True):
    """An opening made ready for a case."""

    code: str
    name: str
    text: str


def list_greetings(case: Case, *, customer_language: str, page_language: str) -> list[ReadyGreeting]:
    """The openings for this case; a customer of another language than Chinese is answered in English."""
    spoken = "zh" if customer_language.startswith("zh") else "en"
    nameless = "同事" if spoken == "zh" else "a colleague"
    values = {
        "unit": case.unit.name,
        "number": case.number,
        "staff": case.owner.public_name or nameless,
    }
    return [
        ReadyGreeting(
            code=one.code, name=one.names[page_language], text=one.texts[spoken].format(**values).strip()
        )
        for one in _greetings()
    ]


@cache
def _greetings() -> list[Greeting]:
    text = files("zhiyin.respond").joinpath("greetings.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=list[Greeting])
