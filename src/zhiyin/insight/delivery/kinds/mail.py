"""E-mail by the installation's mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation

from zhiyin.errors import InvalidInput
from zhiyin.insight.delivery.answers import Answer, refusal
from zhiyin.insight.delivery.kinds.kind import Kind, Limit
from zhiyin.insight.delivery.letters import Address, Letter
from zhiyin.insight.delivery.markdown import to_html
from zhiyin.insight.delivery.outside import MailServer, Outside

CODE = "mail"
SECONDS = 20.0
MAX_RECIPIENTS = 50
_PICTURE_ID = "picture"


def check(address: Address) -> Address:
    """The recipients, each once. Raises InvalidInput where there is none, too many, or one is no address."""
    recipients = tuple(dict.fromkeys(one.strip() for one in address.recipients if one.strip()))
    if not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise InvalidInput(f"Give 1 to {MAX_RECIPIENTS} e-mail addresses.", field="recipients")
    for one in recipients:
        try:
            validate_email(one)
        except ValidationError:
            raise InvalidInput("One of the lines is no e-mail address.", field="recipients") from None
    return Address(recipients=recipients)


def show(address: Address) -> str:
    """The recipients, with the inner part of each name covered."""
    shown = [f"{one[:1]}•••@{one.rpartition('@')[2]}" for one in address.recipients[:3]]
    more = len(address.recipients) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more else "")


def build(letter: Letter, *, recipients: tuple[str, ...], sender: str) -> EmailMessage:
    """The message: plain words, the same as HTML with the picture in it, and the files."""
    message = EmailMessage()
    message["Subject"] = " ".join(letter.title.split())
    message["From"], message["To"] = sender, ", ".join(recipients)
    message["Date"] = format_datetime(letter.created_at)
    # The same at every attempt, so that a mailbox can tell a repetition.
    message["Message-ID"] = f"<{letter.reference}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"
    link = f"\n\n{letter.url}" if letter.url else ""
    message.set_content(f"{letter.text}{link}\n")
    message.add_alternative(_html(letter), subtype="html")
    if letter.picture is not None:
        part = message.get_payload()[1]  # type: ignore[index]
        part.add_related(  # type: ignore[union-attr]
            letter.picture, maintype="image", subtype="png", cid=f"<{_PICTURE_ID}>", filename="picture.png"
        )
    for one in letter.attachments:
        main, _slash, sub = one.content_type.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message


def _html(letter: Letter) -> str:
    context = {
        "letter": letter,
        "body": to_html(letter.markdown or letter.text, is_markdown=bool(letter.markdown)),
        "picture_id": _PICTURE_ID,
    }
    with translation.override("zh-hans" if letter.language == "zh" else "en"):
        return render_to_string("insight/delivery/mail.html", context)


def _domain(sender: str) -> str:
    domain = sender.rpartition("@")[2].strip(" >")
    return domain or make_msgid().rpartition("@")[2].strip(">")


def send(address: Address, letter: Letter, outside: Outside) -> Answer:
    """Hand the message to the server; its own words come back."""
    server = outside.mail
    if server is None:
        return refusal("mail_unset")
    message = build(letter, recipients=address.recipients, sender=server.sender)
    try:
        return _hand_in(server, message, n_recipients=len(address.recipients))
    except (smtplib.SMTPException, OSError) as error:
        return _explain(error)


def _explain(error: smtplib.SMTPException | OSError) -> Answer:
    match error:
        case smtplib.SMTPAuthenticationError():
            return refusal("mail_login", _words(error.smtp_code, error.smtp_error))
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            return refusal(_by_code(code), _words(code, words))
        case smtplib.SMTPResponseException():
            return refusal(_by_code(error.smtp_code), _words(error.smtp_code, error.smtp_error))
        case ssl.SSLCertVerificationError():
            return refusal("certificate")
        case TimeoutError():
            return refusal("timeout")
        case _:
            return refusal("unreachable", type(error).__name__)


def _hand_in(server: MailServer, message: EmailMessage, *, n_recipients: int) -> Answer:
    with _connect(server) as connection:
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
        refused = connection.send_message(message)
    if refused:
        code, words = next(iter(refused.values()))
        return Answer(text=f"{len(refused)} of {n_recipients} refused: {_words(code, words)}"[:300])
    return Answer(text="250")


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)


def _by_code(code: int) -> str:
    return "busy" if 400 <= code < 500 else "mail_refused"


def _words(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {text}"


KIND = Kind(code=CODE, limits=(Limit(n=30, seconds=60.0),), check=check, show=show, send=send)
