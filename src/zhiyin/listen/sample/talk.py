"""Calls, chats and e-mails: what the customer has to say, wrapped in the lines around it."""

from __future__ import annotations

from typing import Literal

from zhiyin.listen.items import TurnIn
from zhiyin.listen.sample.datafiles import read_yaml
from zhiyin.listen.sample.drafting import Draft
from zhiyin.listen.sample.grammar import Clause, phrases
from zhiyin.listen.sample.prose import MEDIUM, gather_clauses, write_prose
from zhiyin.listen.sample.truth import PrivateTruth

Speaker = Literal["customer", "staff", "robot"]
_FILLERS = tuple(read_yaml("dialogues.yaml", dict[str, str])["filler"].strip().split("|"))
_SECONDS_A_SIGN = 0.22
_SHARE_QUESTION = 0.2
_TELLING = ("phone", "phone", "phone", "name", "order", "address")


class Talk:
    """A conversation while it grows; its turns and the private data in them."""

    def __init__(self, draft: Draft, *, is_call: bool) -> None:
        self.draft = draft
        self.is_call = is_call
        self.turns: list[TurnIn] = []
        self.private: list[PrivateTruth] = []
        self._clock = 0.0

    def line(self, speaker: Speaker, block: str) -> None:
        """A line of dialogues.yaml; only the customer's own lines count as said."""
        clause = self._pick(block)
        draft = self.draft
        self.turn(speaker, draft.say(clause) if speaker == "customer" else draft.fill(clause))

    def clauses(self, said: list[Clause]) -> None:
        """One turn of the customer made of clauses, as people speak."""
        dice = self.draft.dice
        words = [self.draft.say(clause) for clause in said]
        if self.is_call:
            words = [dice.pick(_FILLERS) + "，" + w if dice.roll() < 0.25 else w for w in words]
        self.turn("customer", dice.pick(("，", "，", "。", " ")).join(words))

    def turn(self, speaker: Speaker, sealed: str) -> None:
        """A turn of these words."""
        text, private = self.draft.unseal(sealed, turn=len(self.turns))
        self.private += private
        start = self._clock + 0.4 + 2.5 * self.draft.dice.roll()
        self._clock = start + (len(text) * _SECONDS_A_SIGN if self.is_call else 6 + len(text) * 0.5)
        self.turns.append(
            TurnIn(
                speaker=speaker, text=text, start_seconds=round(start, 1), end_seconds=round(self._clock, 1)
            )
        )

    def _pick(self, block: str) -> Clause:
        options = phrases("dialogues")[block][int(self.draft.occasion.is_takeaway)]
        return self.draft.dice.pick(options)


def hold_talk(draft: Draft, *, is_call: bool, size: int, share_private: float) -> Talk:
    """A whole call or chat: greeting, matter, identification, solution, goodbye."""
    talk = Talk(draft, is_call=is_call)
    dice = draft.dice
    talk.line("staff" if is_call else "robot", "call_open" if is_call else "chat_open")
    if dice.roll() < 0.6:
        talk.line("customer", "hello")
    if draft.occasion.incident is None and dice.roll() < _SHARE_QUESTION:
        _ask(talk)
    else:
        _report(talk, size=size, share_private=share_private)
    return talk


def _ask(talk: Talk) -> None:
    draft, lines = talk.draft, phrases("dialogues")
    number = int(draft.dice.roll() * len(lines["ask_question"][0]))
    talk.turn("customer", draft.say(lines["ask_question"][0][number]))
    talk.turn("staff", draft.fill(lines["answer_question"][0][number]))
    if talk.draft.dice.roll() < 0.7:
        talk.line("customer", "end_good")


def _report(talk: Talk, *, size: int, share_private: float) -> None:
    draft, dice = talk.draft, talk.draft.dice
    said = gather_clauses(draft, n_wanted=dice.whole(1, 2 + size))
    # Nobody calls to say that a thing is middling.
    said = [clause for clause in said if clause.polarity != "neutral"] or said
    is_bad = any(clause.polarity == "negative" for clause in said)
    if not is_bad and dice.roll() < 0.6:
        talk.line("customer", "ask_positive")
    cut = max(1, len(said) // 2)
    talk.clauses(said[:cut])
    if not talk.is_call and dice.roll() < 0.4:
        talk.line("robot", "robot_miss")
        talk.line("customer", "robot_answer")
    if dice.roll() < share_private:
        _identify(talk)
    elif dice.roll() < 0.6:
        talk.line("staff", "staff_middle")
    if said[cut:]:
        talk.clauses(said[cut:])
    if is_bad:
        _settle(talk)
    else:
        talk.line("staff", "staff_answer")
        talk.line("customer", "end_good")


def _identify(talk: Talk) -> None:
    what = talk.draft.dice.pick(_TELLING)
    talk.line("staff", f"ask_{what}")
    talk.line("customer", f"tell_{what}")


def _settle(talk: Talk) -> None:
    dice = talk.draft.dice
    if dice.roll() < 0.25:
        talk.line("customer", "again")
    if dice.roll() < 0.5:
        talk.line("customer", "request")
    talk.line("staff", "staff_solution")
    talk.line("customer", "end_bad" if dice.roll() < 0.45 else "end_good")


def write_email(draft: Draft, *, size: int, share_private: float) -> str:
    """An e-mail with its greeting and close, private data still sealed."""
    dice = draft.dice
    lines = phrases("dialogues")
    body = write_prose(draft, size=max(size, MEDIUM), share_private=share_private)
    greeting, close = dice.pick(lines["email_open"][0]), dice.pick(lines["email_close"][0])
    return f"{draft.fill(greeting)}\n{body}\n{draft.fill(close)}"
