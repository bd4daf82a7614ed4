"""From what a map says of touchpoints and personas to the filter and the address of their voices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from zhiyin.insight.aspect_tree import AspectTree
from zhiyin.insight.journeys.document import Facts, Traits
from zhiyin.insight.selection import VoiceFilter

# Field of the filter → parameter of the list of voices.
_PARAMETERS: Mapping[str, str] = {
    "touchpoints": "touchpoint",
    "channels": "channel",
    "products": "product",
    "aspects": "aspect",
    "also_aspects": "also",
    "intents": "intent",
    "emotions": "emotion",
    "needs_unmet": "need",
    "needs_met": "met",
    "signals": "signal",
    "stars": "stars",
    "hours": "hour",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Sets of wanted values by field of `VoiceFilter`."""

    fields: Mapping[str, frozenset[str] | frozenset[int]]

    def narrow(self, filter: VoiceFilter) -> VoiceFilter:
        """The filter, narrowed to this rule; the fields it sets replace the filter's."""
        return replace(filter, **self.fields)  # type: ignore[arg-type]

    @property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """The same as parameters of the list of voices."""
        return {
            _PARAMETERS[name]: tuple(str(value) for value in sorted(values, key=str))
            for name, values in self.fields.items()
        }

    @property
    def has_other_aspects(self) -> bool:
        """Whether the voice must speak of something else too: then no polarity can be asked for beside it."""
        return "also_aspects" in self.fields


def make_rule(facts: Facts, *, traits: Traits, tree: AspectTree) -> Rule | None:
    """Voices of the touchpoint said by the persona's customers; None where no voice can be meant.

    What persona and touchpoint both name must be shared. The aspects of the persona need only be spoken of
    beside those of the touchpoint.
    """
    if facts.is_empty:
        return None
    found: dict[str, frozenset[str] | frozenset[int]] = {}
    for name in ("channels", "products", "hours"):
        wanted, others = frozenset(getattr(facts, name)), frozenset(getattr(traits, name))
        shared = wanted & others if wanted and others else wanted | others
        if (wanted or others) and not shared:
            return None
        found[name] = shared
    found["touchpoints"] = frozenset(facts.touchpoints)
    found["aspects"] = members_of(facts.aspects, tree=tree)
    return Rule(fields={name: values for name, values in (found | _of(traits, tree=tree)).items() if values})


def make_traits_rule(traits: Traits, *, tree: AspectTree) -> Rule:
    """Voices of the persona's customers, wherever they were said."""
    found: dict[str, frozenset[str] | frozenset[int]] = {
        "channels": frozenset(traits.channels),
        "products": frozenset(traits.products),
        "hours": frozenset(traits.hours),
        **_of(traits, tree=tree),
    }
    return Rule(fields={name: values for name, values in found.items() if values})


def _of(traits: Traits, *, tree: AspectTree) -> dict[str, frozenset[str] | frozenset[int]]:
    """The traits that no touchpoint has."""
    names = ("intents", "emotions", "needs_unmet", "needs_met", "signals", "stars")
    found: dict[str, frozenset[str] | frozenset[int]] = {
        name: frozenset(getattr(traits, name)) for name in names
    }
    return found | {"also_aspects": members_of(traits.aspects, tree=tree)}


def members_of(aspects: Iterable[str], *, tree: AspectTree) -> frozenset[str]:
    """The aspects with all below them; one that the taxonomy does not know stands for itself."""
    nodes = ((aspect, tree.find(aspect)) for aspect in aspects)
    return frozenset(member for aspect, node in nodes for member in (node.members if node else (aspect,)))
