"""Puts clauses together to a running text."""

from __future__ import annotations

from zhiyin.listen.sample.drafting import Draft
from zhiyin.listen.sample.grammar import Clause, connectors, english, incident_clauses, phrases
from zhiyin.listen.sample.manners import PUNCTUATION
from zhiyin.listen.sample.minds import choose_clauses, choose_english, choose_opinions

TINY, SHORT, MEDIUM, LONG, STORY = range(5)
MAX_CHARACTERS = 290
_N_CLAUSES = ((1, 1), (1, 2), (2, 3), (4, 7), (5, 10))
_SHARE_OPENING = (0.0, 0.28, 0.45, 0.62, 1.0)
_SHARE_DETAIL = (0.0, 0.12, 0.22, 0.4, 0.5)
_N_EVENTS = (0, 0, 0, 2, 4)
_SHARE_CLOSING = (0.0, 0.14, 0.32, 0.6, 0.75)
_AFTER_THOUGH = ("，但是", "，但", "，但", "，可是", "，不过", "，可")
_SHARE_WISH = 0.035
_RANKS = ({"positive": 0, "neutral": 1, "negative": 2}, {"negative": 0, "neutral": 1, "positive": 2})


def gather_clauses(draft: Draft, *, n_wanted: int) -> list[Clause]:
    """The clauses of a voice in their order: the incident's first, the rest by chance or by polarity."""
    occasion, dice = draft.occasion, draft.dice
    opening = _incident_clauses(draft)
    n_left = max(0 if opening else 1, n_wanted - len(opening))
    opinions = choose_opinions(occasion, n_wanted=n_left, dice=dice)
    rest = choose_clauses(draft, opinions=opinions)
    if not (opening or rest):
        # What was to be said fits no delivery: then, as mostly, it is about the taste.
        rest = choose_clauses(draft, opinions=[("dish_taste", opinions[0][1])])
    roll = dice.roll()
    if roll < 0.6:
        ranks = _RANKS[roll > 0.45]
        rest.sort(key=lambda clause: ranks[clause.polarity])
    return opening + rest


def _incident_clauses(draft: Draft) -> list[Clause]:
    incident = draft.occasion.incident
    if incident is None:
        return []
    where = int(draft.occasion.is_takeaway)
    said, urgent = incident_clauses(incident.kind)
    found = [draft.dice.pick(said[where])]
    if draft.occasion.is_urgent:
        found.append(draft.dice.pick(urgent[where]))
        draft.marks["urgent"] = None
    return found


def write_prose(draft: Draft, *, size: int, share_private: float) -> str:
    """A text of this size class (not `TINY`), private data still sealed."""
    dice = draft.dice
    comma, stop, end = PUNCTUATION[draft.occasion.customer.manner.punctuation]
    text = _opening(draft, size=size, comma=comma, stop=stop)
    text += _body(draft, gather_clauses(draft, n_wanted=dice.whole(*_N_CLAUSES[size])), size=size)
    if dice.roll() < _SHARE_CLOSING[size]:
        text += dice.pick((comma, stop)) + _closing(draft)
    if dice.roll() < _SHARE_WISH:
        text += dice.pick((comma, stop)) + _phrase(draft, "frames", "wish")
    if dice.roll() < share_private:
        text += dice.pick((comma, stop)) + _phrase(draft, "frames", _contact_block(draft))
    return text + (end if end != "。" or dice.roll() < 0.6 else "")


def write_tiny(draft: Draft) -> str:
    """A text of one breath; during an incident its own clause."""
    incident = draft.occasion.incident
    if incident is not None:
        return draft.say(_incident_clauses(draft)[0])
    [(_, polarity)] = choose_opinions(draft.occasion, n_wanted=1, dice=draft.dice)
    clause = draft.dice.pick(phrases("short")[polarity][int(draft.occasion.is_takeaway)])
    return draft.say(clause)


def write_english(draft: Draft, *, size: int) -> str:
    """A text wholly in English."""
    dice, occasion = draft.dice, draft.occasion
    frames, where = english()[1], int(occasion.is_takeaway)
    opinions = choose_opinions(occasion, n_wanted=dice.whole(*_N_CLAUSES[max(size, MEDIUM)]), dice=dice)
    said = choose_english(occasion, opinions=opinions, dice=dice)
    said = said or choose_english(occasion, opinions=[("dish_taste", "neutral")], dice=dice)
    pieces = [draft.say(clause) for clause in said]
    if dice.roll() < 0.4:
        pieces.insert(0, draft.fill(dice.pick(frames["opening"][where])))
    if dice.roll() < 0.4:
        closing = f"closing_{label_of(draft.moods, mixed='neutral')}"
        pieces.append(draft.say(dice.pick(frames[closing][where])))
    draft.marks["english"] = None
    text = ". ".join(piece[0].upper() + piece[1:] for piece in pieces)
    return text + dice.pick((".", "", "!", "."))


def label_of(moods: list[str], *, mixed: str = "mixed") -> str:
    """The sentiment of a whole from that of its parts."""
    if "positive" in moods:
        return mixed if "negative" in moods else "positive"
    return "negative" if "negative" in moods else "neutral"


def _phrase(draft: Draft, file: str, block: str) -> str:
    return draft.say(draft.choose(phrases(file)[block][int(draft.occasion.is_takeaway)]))


def _opening(draft: Draft, *, size: int, comma: str, stop: str) -> str:
    dice = draft.dice
    if dice.roll() >= _SHARE_OPENING[size]:
        return ""
    if size == STORY:
        draft.marks["story"] = None
        return _phrase(draft, "frames", "story") + stop
    return _phrase(draft, "frames", "opening") + dice.pick((comma, comma, stop))


def _body(draft: Draft, said: list[Clause], *, size: int) -> str:
    """The clauses with their connectors, small facts and events between them."""
    dice = draft.dice
    comma, stop, _ = PUNCTUATION[draft.occasion.customer.manner.punctuation]
    text = _events(draft, n_wanted=dice.whole(0, _N_EVENTS[size]), stop=stop)
    though = _conceding(draft, said)
    for i, clause in enumerate(said):
        if i == 0:
            text += though
        elif i == 1 and though:
            text += dice.pick(_AFTER_THOUGH)
        else:
            text += _connector(draft, said[i - 1], clause, is_story=size == STORY)
        text += draft.say(clause)
        if i % 3 == 0 and dice.roll() < _SHARE_DETAIL[size]:
            detail = _phrase(draft, "frames", "detail")
            text += comma + detail if detail not in text else ""
        if len(text) > MAX_CHARACTERS - 60:
            break
    return text


def _events(draft: Draft, *, n_wanted: int, stop: str) -> str:
    options = phrases("frames")["event"][int(draft.occasion.is_takeaway)]
    chosen = sorted({int(draft.dice.roll() * len(options)) for _ in range(n_wanted)})
    return "".join(draft.fill(options[i]) + stop for i in chosen)


def _conceding(draft: Draft, said: list[Clause]) -> str:
    """虽然 before the first of two clauses that pull apart, now and then."""
    if len(said) < 2 or draft.dice.roll() > 0.2 or draft.occasion.incident:
        return ""
    if not _pull_apart(said[0], said[1]) or said[0].is_sarcastic or said[1].is_sarcastic:
        return ""
    draft.marks["concession"] = draft.marks["contrast"] = None
    return draft.dice.pick(("虽然", "虽说", "尽管"))


def _pull_apart(before: Clause, clause: Clause) -> bool:
    return {before.polarity, clause.polarity} == {"positive", "negative"}


def _connector(draft: Draft, before: Clause, clause: Clause, *, is_story: bool) -> str:
    dice = draft.dice
    comma, stop, _ = PUNCTUATION[draft.occasion.customer.manner.punctuation]
    roll = dice.roll()
    if clause.is_sarcastic or before.is_sarcastic:
        return stop
    if _pull_apart(before, clause):
        if roll < 0.12:
            return stop
        draft.marks["contrast"] = None
        return dice.pick(connectors("contrast" if clause.polarity == "negative" else "contrast_up"))
    if is_story and clause.polarity == "negative" and roll < 0.25:
        return dice.pick(connectors("then"))
    if before.polarity == clause.polarity != "neutral" and roll < 0.16:
        return dice.pick(connectors("addition"))
    return comma if dice.roll() < 0.58 else stop


def _contact_block(draft: Draft) -> str:
    return "contact_friendly" if label_of(draft.moods) == "positive" else "contact"


def _closing(draft: Draft) -> str:
    label = label_of(draft.moods, mixed=draft.moods[-1] if draft.moods else "neutral")
    return _phrase(draft, "frames", f"closing_{label}")
