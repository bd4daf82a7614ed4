"""Opens cases, and adds voices to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.errors import InvalidInput, Unavailable
from zhiyin.knowledge.plain import language_of
from zhiyin.listen.tidy import tidy_line
from zhiyin.people.actors import SYSTEM, Actor
from zhiyin.people.errors import UnitNotFound
from zhiyin.people.models import Account, OrgUnit
from zhiyin.people.queries import find_unit
from zhiyin.people.services.units import ensure_root
from zhiyin.respond.contacts import Contact
from zhiyin.respond.due import default_due
from zhiyin.respond.errors import CannotOwn, NobodyToOwn, VoiceHasCase
from zhiyin.respond.hooks import call_before_saving
from zhiyin.respond.models import Case, CaseVoice, Step
from zhiyin.respond.moment import current_moment
from zhiyin.respond.numbers import draw_number
from zhiyin.respond.owning.choosing import Choice, choose_owner, fold, remember_choice
from zhiyin.respond.queries.owners import may_own
from zhiyin.respond.sealing import index_phone, make_token, seal
from zhiyin.respond.services.changes import (
    MAX_TEXT,
    Change,
    account_id_of,
    changing,
    shorten,
    tell_step,
    write_words,
)

_MAX_TITLE = 200
_MAX_SKILL = 40
_MAX_TRIES = 20


def open_case(  # noqa: PLR0913 - what a case begins with
    *,
    feedback_id: str,
    unit_id: int | None,
    title: str,
    by: Actor,
    owner: Account | None = None,
    due_at: datetime | None = None,
    contact: Contact | None = None,
    customer_words: str | None = None,
    urgency: int = 0,
    customer: UUID | None = None,
    aspect: str = "",
    has_voice: bool = True,
    skill: str = "",
    language: str = "",
    by_fit: bool = False,
) -> Case:
    """A case about the voice, at the unit (the company's root for None).

    Without `owner` it is whoever opens it, if that account may work there and not `by_fit`, else whom
    `choose_owner` chooses for `skill` and `language`; the latter is that of `customer_words` where not
    given. Without `due_at` it follows from `urgency` (0 to 3). `customer_words` is what the customer
    wrote, kept encrypted. `has_voice=False`: the case begins without a voice of its own, as a copy of a
    case about it, or as a group complaint.

    Raises:
        VoiceHasCase: a case is about the voice already. CannotOwn, NobodyToOwn: nobody can be the owner.
        InvalidInput: no title. UnitNotFound: no such unit.
    """
    now = current_moment()
    unit = _get_unit(unit_id)
    case = Case(
        title=_clean_title(title),
        unit=unit,
        urgency=urgency,
        skill=fold(shorten(skill, limit=_MAX_SKILL)),
        language=language or (language_of(customer_words) if customer_words else ""),
        due_at=due_at or default_due(urgency=urgency, now=now, zone_name=unit.time_zone),
        opened_at=now,
        feedback_id=feedback_id,
        customer=customer,
        aspect=aspect,
    )
    with transaction.atomic():
        if has_voice:
            _check_voice_is_free(feedback_id)
        choice = _choose_owner(case, owner=owner, by=SYSTEM if by_fit else by)
        case.owner = choice.account
        change = Change(case=case, at=now)
        call_before_saving(change, step=Step.OPENED, by=by)
        _save_under_new_number(case, contact=contact or Contact(), now=now, has_voice=has_voice)
        if customer_words:
            write_words(change, shorten(customer_words, limit=MAX_TEXT))
        tell_step(change, step=Step.OPENED, by=by)
        remember_choice(choice, case=case, at=now)
    return case


def add_voice(
    case: Case, *, feedback_id: str, by: Actor, urgency: int = 0, contact: Contact | None = None
) -> Case:
    """The case is about this voice, too; where it went into another, that one is. The caller has seen that
    the asker may read the voice. With `urgency` above that of the case, which the caller holds then, the
    case is as urgent as that; a `contact` is kept where the case has none.

    Raises:
        VoiceHasCase: a case is about it already, perhaps this one.
    """
    while case.merged_into is not None:
        case = case.merged_into
    brings_contact = contact is not None and not contact.is_empty and case.contact_sealed is None
    is_addition = urgency <= case.urgency and not brings_contact
    with changing(case, step=Step.VOICE_ADDED, by=by, is_addition=is_addition) as change:
        _check_voice_is_free(feedback_id)
        change.case.urgency = max(change.case.urgency, urgency)
        if contact is not None and brings_contact:
            _seal_contact(change.case, contact)
        CaseVoice.objects.create(case=change.case, feedback_id=feedback_id, added_at=change.at)
    return change.case


def _clean_title(title: str) -> str:
    clean = " ".join(tidy_line(shorten(title, limit=_MAX_TITLE)).split())
    if not clean:
        raise InvalidInput(
            "A case needs a title.", next_step="Say in a few words what it is about.", field="title"
        )
    return clean


def _get_unit(unit_id: int | None) -> OrgUnit:
    unit = ensure_root() if unit_id is None else find_unit(unit_id)
    if unit is None:
        raise UnitNotFound("There is no such org unit.", next_step="Choose another.")
    return unit


def _choose_owner(case: Case, *, owner: Account | None, by: Actor) -> Choice:
    """Whoever is named or opens it, else whoever fits best."""
    if owner is not None:
        if not may_own(owner, unit=case.unit):
            raise CannotOwn
        return Choice(account=owner, is_fallback=False)
    opener_id = account_id_of(by)
    opener = None if opener_id is None else Account.objects.filter(pk=opener_id).first()
    if opener is not None and may_own(opener, unit=case.unit):
        return Choice(account=opener, is_fallback=False)
    found = choose_owner(case.unit, now=case.opened_at, skill=case.skill, language=case.language)
    if found is None:
        raise NobodyToOwn
    return found


def _check_voice_is_free(feedback_id: str) -> None:
    known = CaseVoice.objects.select_related("case").filter(feedback_id=feedback_id).first()
    if known is not None:
        raise VoiceHasCase(known.case.number)


def _save_under_new_number(case: Case, *, contact: Contact, now: datetime, has_voice: bool) -> None:
    for n_tried in range(_MAX_TRIES):
        case.number = draw_number(now=timezone.localtime(now), n_tried=n_tried)
        _seal_into(case, contact=contact)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
                if has_voice:
                    CaseVoice.objects.create(case=case, feedback_id=case.feedback_id, added_at=now)
        except IntegrityError:
            case.pk = None
            if has_voice:
                _check_voice_is_free(case.feedback_id)  # two opened it at once, the other was quicker
            continue
        return
    raise Unavailable("No number is free for the case.", next_step="Try again.")


def _seal_into(case: Case, *, contact: Contact) -> None:
    token = make_token(number=case.number)
    case.token_hash, case.token_sealed = token.hash, token.sealed
    _seal_contact(case, contact)


def _seal_contact(case: Case, contact: Contact) -> None:
    if not contact.is_empty:
        text = msgspec.json.encode(contact).decode()
        case.contact_sealed = seal(text, purpose="contact", number=case.number)
    if contact.last_four:
        case.phone_index = index_phone(contact.last_four, number=case.number)
