"""Which rule acts on a signal: the first of the list that is on and fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhiyin.insight.models import Signal
from zhiyin.listen.queries import FeedbackDetail
from zhiyin.respond.clocks.rules import is_below
from zhiyin.respond.models import SignalRule

DANGER = frozenset({"injury", "illness", "fire", "child_hurt", "contamination"})
"""The reasons of urgency that tell of harm to somebody (see `understand.contract.Urgency`)."""

ReadVoice = Callable[[], FeedbackDetail | None]


def list_rules_that_act() -> list[SignalRule]:
    """Those that are on, in the order in which they are asked: the narrowest first. One query."""
    rows = SignalRule.objects.filter(deleted_at=None).exclude(on_since=None)
    return sorted(rows.select_related("unit", "for_unit"), key=_rank)


def find_rule(signal: Signal, *, rules: Sequence[SignalRule], read_voice: ReadVoice) -> SignalRule | None:
    """The first of the rules that fits. The voice of the signal is read where a rule asks for it alone."""
    return next((rule for rule in rules if fits(rule, signal, read_voice=read_voice)), None)


def fits(rule: SignalRule, signal: Signal, *, read_voice: ReadVoice) -> bool:
    """Whether the rule, where it is on, opens a case of the signal."""
    return (
        rule.on_since is not None
        and rule.on_since <= signal.at
        and rule.kind in ("", signal.kind)
        and signal.level >= rule.min_level
        and (rule.unit is None or (signal.unit is not None and is_below(signal.unit, rule.unit)))
        and (not rule.is_danger or _tells_of_danger(signal, read_voice))
        and (not rule.aspect or _is_about(rule.aspect, signal, read_voice))
    )


def _tells_of_danger(signal: Signal, read_voice: ReadVoice) -> bool:
    voice = read_voice() if signal.feedback_id else None
    return voice is not None and not DANGER.isdisjoint(voice.feedback.urgency_reasons)


def _is_about(aspect: str, signal: Signal, read_voice: ReadVoice) -> bool:
    """What a figure is about stands in the signal; a voice is about all that it complains of."""
    spoken_of = [signal.aspect]
    if signal.feedback_id and (voice := read_voice()) is not None:
        spoken_of = [one.aspect for one in voice.opinions if one.polarity == "negative"]
    return any(one == aspect or one.startswith(f"{aspect}_") for one in spoken_of)


def _rank(rule: SignalRule) -> tuple[int, int, int, int, int]:
    depth = len([step for step in rule.unit.path.split("/") if step]) if rule.unit else 0
    return (-int(rule.is_danger), -len(rule.aspect), -depth, -rule.min_level, rule.pk)
