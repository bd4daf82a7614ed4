"""Shows the original words of a voice to who may see them; every showing is audited with its reason."""

from __future__ import annotations

import msgspec

from zhiyin.engine import Engine
from zhiyin.errors import InvalidInput
from zhiyin.listen.items import TurnIn
from zhiyin.listen.pipeline.masking import mask_texts
from zhiyin.listen.queries.feedback import get_feedback
from zhiyin.listen.queries.originals import open_item
from zhiyin.people.actors import Actor
from zhiyin.people.scope import Scope
from zhiyin.people.services.audit import record_event

MIN_REASON = 4
MAX_REASON = 300


class Original(msgspec.Struct, frozen=True, kw_only=True):
    """What was said, with the private data in it; to be shown once and kept nowhere."""

    text: str
    turns: list[TurnIn]


def reveal_original(engine: Engine, *, feedback_id: str, scope: Scope, reason: str, by: Actor) -> Original:
    """The words as they arrived. The trail knows of it before they are opened.

    Raises:
        NotFound: no such voice in the scope, or it was erased. InvalidInput: no reason that says something.
    """
    given = reason.strip()
    if len(given) < MIN_REASON:
        raise InvalidInput("Say why you need the original words.", field="reason")
    detail = get_feedback(engine.lake, feedback_id=feedback_id, scope=scope)
    record_event(
        "verbatim.revealed",
        by=by,
        target=("feedback", feedback_id),
        # Whoever writes a reason may write a number or a name in it.
        details={"reason": mask_texts([given[:MAX_REASON]])[0], "revision": detail.feedback.revision},
    )
    item = open_item(engine, feedback_id=feedback_id, revision=detail.feedback.revision)
    return Original(text=item.text, turns=item.turns)
