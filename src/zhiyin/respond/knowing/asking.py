"""What a case asks: the customer's words, private data covered."""

from __future__ import annotations

from zhiyin.console.numbers import Language
from zhiyin.people.scope import Scope
from zhiyin.respond.about import list_voices
from zhiyin.respond.models import Case, CustomerWords

_MOST_SIGNS = 2_000


def words_of(case: Case, *, scope: Scope, language: Language) -> str:
    """What the customer said in the voices that the asker may read, and in the case, the last first."""
    written = list(
        CustomerWords.objects.filter(case=case).order_by("-pk").values_list("masked", flat=True)[:5]
    )
    heard = [voice.detail.feedback.text for voice in list_voices(case, scope=scope, language=language)[:5]]
    said = list(dict.fromkeys(filter(None, [*written, *heard])))
    return "\n".join(said)[:_MOST_SIGNS]
