"""Takes in what a customer says on our own pages, through the same door as every other channel."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from zhiyin import __version__
from zhiyin.engine import open_engine
from zhiyin.listen.items import AuthorIn, FeedbackIn, IdentityIn, RatingIn, UnitIn
from zhiyin.listen.services.intake import Intake
from zhiyin.listen.tidy import tidy_line, tidy_text
from zhiyin.people.models import OrgUnit
from zhiyin.portal.models import SpeakLink, Submission
from zhiyin.portal.services.sealing import key_of

CHANNEL = "portal"
SOURCE = "portal"
MAX_TEXT = 5_000
MAX_NAME = 40
# Whoever leaves a page open and sends it again does so within days.
_REMEMBERED = timedelta(days=7)
_FORM_ID = re.compile(r"[0-9a-f]{32}")
_PLACE = re.compile(r"[\w.-]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a form said. `form_id` is the same each time it is sent; `stars` 1 to 5 or None.

    `phone` is digits, with a leading plus where there was one; `place` is `read_place`'s.
    """

    form_id: str
    text: str = ""
    stars: int | None = None
    name: str = ""
    phone: str = ""
    wants_answer: bool = False
    place: str = ""

    def tidied(self) -> Spoken:
        """Without control characters and outer spaces; a browser's line ends become ours."""
        text = tidy_text(self.text.replace("\r\n", "\n")).strip()
        return replace(self, text=text, name=tidy_line(self.name))


def make_form_id() -> str:
    """A new form's id: 128 random bits as hex."""
    return secrets.token_hex(16)


def is_form_id(text: str) -> bool:
    """Whether it looks like one of ours."""
    return _FORM_ID.fullmatch(text) is not None


def read_place(text: str) -> str:
    """The till or table that a link names after `?at=`; empty for what is none.

    Letters, digits, `.`, `_` and `-` only: it comes from whoever made the address.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    return text if _PLACE.fullmatch(text) else ""


def take_in(spoken: Spoken, *, unit: OrgUnit, link: SpeakLink | None) -> str:
    """Id of the voice, on disk when this returns; sending the same form again changes nothing.

    Raises:
        Unavailable: database or log do not answer; the form may be sent again without harm.
    """
    engine = open_engine(settings.HOME)
    receipt = Intake(engine.log, engine.vault).receive(
        [_item(spoken, unit=unit, link=link)], source=SOURCE, connector=CHANNEL, connector_version=__version__
    )[0]
    if receipt.id is None:  # the form's limits are narrower than the door's
        raise AssertionError(f"the intake door refused a checked form: {receipt.fault}")
    return receipt.id


def count_once(spoken: Spoken, *, link: SpeakLink | None) -> Submission:
    """The form's record, locked; the first time the link's count grows. Call within a transaction."""
    now = timezone.now()
    Submission.objects.filter(created_at__lt=now - _REMEMBERED).delete()
    key = key_of(spoken.form_id)
    Submission.objects.bulk_create([Submission(key=key, created_at=now)], ignore_conflicts=True)
    submission = Submission.objects.select_for_update().get(key=key)
    if not submission.is_counted:
        Submission.objects.filter(pk=key).update(is_counted=True)
        if link is not None:
            SpeakLink.objects.filter(pk=link.pk).update(n_voices=F("n_voices") + 1, last_voice_at=now)
    return submission


def _item(spoken: Spoken, *, unit: OrgUnit, link: SpeakLink | None) -> FeedbackIn:
    return FeedbackIn(
        external_id=spoken.form_id,
        text=spoken.text,
        channel=CHANNEL,
        touchpoint=spoken.place or (link.touchpoint if link else "") or None,
        unit=UnitIn(code=unit.code),
        author=author_of(spoken),
        rating=RatingIn(value=spoken.stars) if spoken.stars else None,
        attributes={"link": link.code if link else None, "wants_answer": spoken.wants_answer},
    )


def author_of(spoken: Spoken) -> AuthorIn | None:
    """Whoever filled in the form, as far as they said."""
    if not (spoken.name or spoken.phone):
        return None
    identities = [IdentityIn(type="phone", value=spoken.phone)] if spoken.phone else []
    return AuthorIn(name=spoken.name or None, identities=identities)
