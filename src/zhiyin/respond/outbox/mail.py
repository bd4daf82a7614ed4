"""Hands an answer to the mail server; what a server may have taken is never handed in twice."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhiyin.errors import ZhiyinError
from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.outside import MailServer, Outside
from zhiyin.respond.models import OutgoingAnswer
from zhiyin.respond.queries import read_token
from zhiyin.respond.sealing import unseal

SECONDS = 20.0
UNHEARD = "unheard"


def send(answer: OutgoingAnswer, *, outside: Outside, begin: Callable[[], bool]) -> Answer:
    """One try. `begin` is called right before the letter leaves, and says whether it still may.

    The reason `UNHEARD` means that the server may have taken it: nobody knows.
    """
    server = outside.mail
    if server is None:
        return refusal("mail_unset")
    try:
        message = build(answer, sender=server.sender)
    except ZhiyinError:
        return refusal("sealed")
    steps = _Steps()
    try:
        return _hand_in(server, message, begin=begin, steps=steps)
    except (smtplib.SMTPException, OSError) as error:
        return _explain(error, may_be_taken=steps.has_begun)


@dataclass(slots=True)
class _Steps:
    """How far a try came."""

    has_begun: bool = False


def _hand_in(
    server: MailServer, message: EmailMessage, *, begin: Callable[[], bool], steps: _Steps
) -> Answer:
    connection = _connect(server)
    try:
        if not begin():
            return refusal("timeout")
        steps.has_begun = True
        connection.send_message(message)
    finally:
        # Taken or not: whatever goes wrong while saying good-bye changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    return Answer(text="250")


def _explain(error: smtplib.SMTPException | OSError, *, may_be_taken: bool) -> Answer:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _refused(next(iter(error.recipients.values()))[0])
        case smtplib.SMTPResponseException():
            return _refused(error.smtp_code)
        case _ if may_be_taken:
            return Answer(reason=UNHEARD, text=type(error).__name__)
        case TimeoutError():
            return refusal("timeout")
        case _:
            return refusal("unreachable", type(error).__name__)


def _refused(code: int) -> Answer:
    return refusal("busy" if 400 <= code < 500 else "mail_refused", f"{code}")


def build(answer: OutgoingAnswer, *, sender: str) -> EmailMessage:
    """The letter, the same at every try, in the language of the answer."""
    message = EmailMessage()
    with translation.override("zh-hans" if _is_chinese(answer.text) else "en"):
        message["Subject"] = _subject(answer)
        message.set_content(_body(answer))
    message["From"], message["To"] = sender, unseal(_sealed(answer), purpose="answer", number=answer.key)
    message["Date"] = format_datetime(answer.made_at)
    message["Message-ID"] = f"<{answer.key}@{sender.rpartition('@')[2].strip(' >') or 'zhiyin'}>"
    return message


def _subject(answer: OutgoingAnswer) -> str:
    if answer.case is None:
        return _("Our answer to what you wrote")
    return _("Our answer to you (matter %(number)s)") % {"number": answer.case.number}


def _body(answer: OutgoingAnswer) -> str:
    public: str = settings.PUBLIC_URL
    if answer.case is None or not public:
        return f"{answer.text}\n"
    link = f"{public}{reverse('portal_case', args=[read_token(answer.case)])}"
    words = _("How the matter stands, and where you can write back without an account:")
    return f"{answer.text}\n\n{words}\n{link}\n"


def _sealed(answer: OutgoingAnswer) -> bytes:
    return bytes(answer.to_sealed or b"")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    if server.security == "starttls":
        connection.starttls(context=context)
    if server.user:
        connection.login(server.user, server.password)
    return connection
