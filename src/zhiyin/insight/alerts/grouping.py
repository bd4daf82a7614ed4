"""Findings that tell of one thing become one incident."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from zhiyin.insight.alerts.explaining import Explanation, Part
from zhiyin.insight.alerts.looking import Finding
from zhiyin.insight.alerts.measures import Measure, Tone, aspect_measure, read_measure
from zhiyin.insight.alerts.tree import UnitTree

# Longer windows still hold what is over; only these say that it goes on.
GOING_ON_HOURS = 24
# After so many hours without a finding an incident is over …
OVER_AFTER_HOURS = 48
# … and for so many more the same thing opens it again instead of making a second one.
COOL_DOWN_HOURS = 168
# A finding belongs to an incident that accounts for this much of its excess.
_ACCOUNTS_FOR = 0.5
# One part that holds this much of the excess is where, or what, it is.
_HOLDS = 0.7
_FEW_UNITS_SHARE = 0.5
_MUCH_SURER = 1e-3
_NEARLY_AS_MUCH = 0.4
_BEYOND_VOLUME = 1.5
# Incidents of which so much lies in the same units may be one.
_SAME_UNITS = 0.6
# Voices too many bring along, of those that tell of one thing, at least so much.
_ACCOUNTS_FOR_VOLUME = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An incident as it is known: `best` is its strongest finding, `subject` what it is about.

    `excess` by place of a unit without units below: voices too many (few: negative) in the window of
    `best`. `first`, `peak` and `last` are hours: where the first finding's window began, where the
    strongest stood, until when it went on. `swell`: voices there against what was to be expected.
    """

    best: Finding
    subject: Measure
    tone: Tone
    place: int
    channel: str | None
    first: int
    peak: int
    last: int
    excess: Mapping[int, float] = field(default_factory=dict)
    swell: float = 1.0
    explanation: Explanation | None = None


def find_match(finding: Finding, sightings: Iterable[Sighting], *, tree: UnitTree) -> Sighting | None:
    """The incident that the finding belongs to: the same subject first, else one that accounts for it."""
    in_time = [one for one in sightings if _is_in_time(finding, one)]
    near = [one for one in in_time if _fits(finding, one)]
    for one in near:
        if is_same_subject(read_measure(finding.measure), finding.direction, one):
            return one
    for one in near:
        if _accounts_for(one, finding, tree=tree):
            return one
    for one in in_time:
        if finding.direction > 0 and _is_swell(finding, one) and tree.are_related(finding.place, one.place):
            return one
    return None


def find_same(sighting: Sighting, others: Iterable[Sighting]) -> Sighting | None:
    """Another incident at the same time about the same aspect, or one that also rose much, wherever it is."""
    best = sighting.best
    near = [one for one in others if _is_in_time(best, one) and _fits(best, one)]
    for subject in (sighting.subject, *_other_subjects(sighting)):
        for one in near:
            if is_same_subject(subject, best.direction, one):
                return one
    return None


def _other_subjects(sighting: Sighting) -> list[Measure]:
    """Aspects that rose nearly as much: with few voices, which of them rose most is chance."""
    subject, told = sighting.subject, sighting.explanation
    if told is None or subject.kind != "aspect" or read_measure(sighting.best.measure).kind == "aspect":
        return []
    parts = [part for part in told.subjects if part.polarity == subject.polarity and part.n > 1]
    most = max((abs(part.excess) for part in parts), default=0.0)
    return [
        aspect_measure(part.name, part.polarity or "")
        for part in parts
        if abs(part.excess) >= _NEARLY_AS_MUCH * most
    ]


def make_sighting(finding: Finding, explanation: Explanation, *, tree: UnitTree) -> Sighting:
    """What the finding is about, by what explains it."""
    measure = read_measure(finding.measure)
    tone = measure.tone(finding.direction)
    swell = explanation.voices.n / max(explanation.voices.expected, 0.1)
    if _is_only_volume(finding, swell):
        measure, tone = read_measure("voices"), "volume"
    places = {int(unit_id): place for place, unit_id in enumerate(tree.ids)}
    excess = {places[int(part.name)]: part.excess for part in explanation.units if int(part.name) in places}
    return Sighting(
        best=finding,
        subject=_subject(measure, tone, explanation, direction=finding.direction),
        tone=tone,
        place=_where(finding, excess, tree=tree),
        channel=finding.channel or _channel(explanation.channels),
        first=finding.until - finding.hours,
        peak=finding.until,
        last=finding.until,
        excess=excess,
        swell=swell,
        explanation=explanation,
    )


def _is_only_volume(finding: Finding, swell: float) -> bool:
    """Whether it rose, or fell, no more than all voices there."""
    ratio = _ratio(finding)
    if finding.direction > 0:
        return swell > 1 and ratio < _BEYOND_VOLUME * swell and ratio < swell**2
    return swell < 1 and ratio > swell / _BEYOND_VOLUME and ratio > swell**2


def absorb(sighting: Sighting, finding: Finding) -> Sighting:
    """The incident, going on with this finding."""
    goes_on = finding.hours <= GOING_ON_HOURS
    is_peak = finding.hours == sighting.best.hours and _strength(finding) > _strength(sighting.best)
    return replace(
        sighting,
        first=min(sighting.first, finding.until - finding.hours) if goes_on else sighting.first,
        last=max(sighting.last, finding.until) if goes_on else sighting.last,
        peak=finding.until if is_peak else sighting.peak,
    )


def join(old: Sighting, new: Sighting, *, tree: UnitTree) -> Sighting:
    """Two incidents about one thing as one: the stronger finding leads, the places are those of both."""
    lead, other = (new, old) if outranks(new.best, old) else (old, new)
    excess = {**other.excess, **lead.excess}
    return replace(
        lead,
        place=lowest_common([lead.place, other.place], tree=tree),
        channel=lead.channel if lead.channel == other.channel else None,
        first=min(old.first, new.first),
        peak=lead.peak,
        last=max(old.last, new.last),
        excess=excess,
        swell=max(old.swell, new.swell),
        explanation=_with_units_of(lead.explanation, other.explanation),
    )


def _with_units_of(lead: Explanation | None, other: Explanation | None) -> Explanation | None:
    """The explanation that leads; units that only the other names stand after its own."""
    if lead is None or other is None:
        return lead or other
    known = {part.name for part in lead.units}
    more = [part for part in other.units if part.name not in known]
    return msgspec.structs.replace(lead, units=[*lead.units, *more])


def are_one(one: Sighting, other: Sighting, *, tree: UnitTree) -> bool:
    """Whether two incidents turn out to be one: the same time, and the same aspect or the same units.

    Units alone say it only where one of the two is a mere number, and neither is about the whole company.
    """
    if one.first > other.last or other.first > one.last or not _fits(one.best, other):
        return False
    if is_same_subject(one.subject, one.best.direction, other):
        return True
    is_number = "aspect" not in (one.subject.kind, other.subject.kind) or "volume" in (one.tone, other.tone)
    is_whole = tree.root in (one.place, other.place)
    return is_number and not is_whole and _shared(one.excess, other.excess) >= _SAME_UNITS


def _shared(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """The part of both excesses that lies in the same units, 0 to 1."""
    whole, other_whole = (sum(abs(n) for n in each.values()) or 1.0 for each in (one, other))
    return sum(min(abs(n) / whole, abs(other.get(place, 0.0)) / other_whole) for place, n in one.items())


def is_same_subject(measure: Measure, direction: int, sighting: Sighting) -> bool:
    """Whether the measure counts what the incident is about."""
    if measure.kind != "aspect" or sighting.subject.kind != "aspect":
        return False
    return _is_kin(measure, sighting.subject) and measure.tone(direction) == sighting.tone


def lowest_common(places: Sequence[int], *, tree: UnitTree) -> int:
    """The lowest unit that holds all of these places."""
    chains = [[int(one) for one in tree.ancestors[place] if one >= 0] for place in places]
    return next((one for one in chains[0] if all(one in chain for chain in chains)), tree.root)


def outranks(finding: Finding, sighting: Sighting) -> bool:
    """Whether the finding says better what it is: a subject instead of a mere number, or far more surely.

    More voices bring more of everything; only what grew beyond that is a subject.
    """
    measure = read_measure(finding.measure)
    is_volume = measure.tone(finding.direction) == "volume"
    if is_volume and sighting.tone != "volume":
        return False
    if measure.kind == sighting.subject.kind == "aspect" and not _is_kin(measure, sighting.subject):
        return False
    if _is_swell(finding, sighting):
        return False
    if sighting.tone == "volume" and not is_volume:
        return _ratio(finding) >= _BEYOND_VOLUME * _ratio(sighting.best)
    return finding.p < _MUCH_SURER * sighting.best.p


def _is_swell(finding: Finding, sighting: Sighting) -> bool:
    """Whether the finding grew no more than all voices did there."""
    return sighting.swell > 1 and _ratio(finding) < _BEYOND_VOLUME * sighting.swell


def _is_kin(one: Measure, other: Measure) -> bool:
    """The same aspect, or one below the other (whose id begins with it), in the same polarity."""
    short, long = sorted((one.name, other.name), key=len)
    return one.polarity == other.polarity and (long == short or long.startswith(f"{short}_"))


def _ratio(finding: Finding) -> float:
    return finding.observed / max(finding.expected, 0.1)


def _strength(finding: Finding) -> float:
    return abs(finding.observed - finding.expected)


def _is_in_time(finding: Finding, sighting: Sighting) -> bool:
    return finding.until - finding.hours <= sighting.last + COOL_DOWN_HOURS


def _fits(finding: Finding, sighting: Sighting) -> bool:
    tone = read_measure(finding.measure).tone(finding.direction)
    if finding.direction != sighting.best.direction:
        return False
    return tone == sighting.tone or "volume" in (tone, sighting.tone)


def _accounts_for(sighting: Sighting, finding: Finding, *, tree: UnitTree) -> bool:
    """Whether the incident's own excess there is as large as the better part of the finding's."""
    within = set(finding.places or (int(one) for one in tree.below(finding.place)))
    # What stands at a unit with units below counts too: voices that name no more than the region.
    whole = sum(abs(n) for n in sighting.excess.values()) or 1.0
    share = sum(abs(n) for place, n in sighting.excess.items() if place in within) / whole
    there = share * _strength(sighting.best)
    hours = finding.hours / sighting.best.hours
    is_volume = read_measure(finding.measure).code == "voices"
    least = _ACCOUNTS_FOR_VOLUME if is_volume else _ACCOUNTS_FOR
    return there * hours >= least * abs(finding.observed - finding.expected)


def _subject(measure: Measure, tone: Tone, explanation: Explanation, *, direction: int) -> Measure:
    """The aspect: the one counted, else the one that rose most surprisingly in this tone."""
    if measure.kind == "aspect" or tone == "volume":
        return measure
    wanted = "negative" if (tone == "bad") == (direction > 0) else "positive"
    parts = [part for part in explanation.subjects if part.polarity == wanted and part.n >= 2]
    for part in parts:
        # An aspect above others says less than the one below it that makes most of it.
        below = [one for one in parts if one.name.startswith(f"{part.name}_")]
        leading = next((one for one in below if one.excess >= _ACCOUNTS_FOR * part.excess), part)
        return aspect_measure(leading.name, wanted)
    return measure


def _where(finding: Finding, excess: Mapping[int, float], *, tree: UnitTree) -> int:
    """The lowest unit that holds most of the excess, of those within the finding's."""
    whole = sum(abs(n) for n in excess.values())
    if not whole:
        return finding.place
    held: dict[int, float] = {}
    for place, n in excess.items():
        for above in tree.ancestors[place]:
            if above >= 0:
                held[int(above)] = held.get(int(above), 0.0) + abs(n)
    holding = [place for place, n in held.items() if n >= _HOLDS * whole]
    return max(holding, key=lambda place: (tree.ancestors[place] >= 0).sum(), default=finding.place)


def _channel(parts: Sequence[Part]) -> str | None:
    """The one channel that holds most of the excess, where it did not hold most before as well."""
    if not parts or parts[0].share < _HOLDS:
        return None
    expected = sum(part.expected for part in parts)
    return None if expected and parts[0].expected > _FEW_UNITS_SHARE * expected else parts[0].name
