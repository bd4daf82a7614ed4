"""What changes cases; each door is one transaction with its event and its entry in the audit trail."""

from zhiyin.respond.contacts import Contact, read_contact
from zhiyin.respond.services.answering import add_note, save_answer_draft, send_answer, set_due, start_work
from zhiyin.respond.services.changes import CUSTOMER
from zhiyin.respond.services.contact import reveal_contact
from zhiyin.respond.services.customer import confirm_solved, reopen_case
from zhiyin.respond.services.handing import close_case, transfer_case, undo
from zhiyin.respond.services.opening import add_voice, open_case

__all__ = [
    "CUSTOMER",
    "Contact",
    "add_note",
    "add_voice",
    "close_case",
    "confirm_solved",
    "open_case",
    "read_contact",
    "reopen_case",
    "reveal_contact",
    "save_answer_draft",
    "send_answer",
    "set_due",
    "start_work",
    "transfer_case",
    "undo",
]
