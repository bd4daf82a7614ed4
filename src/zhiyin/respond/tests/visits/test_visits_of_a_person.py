"""What a person may take of visits, and what goes when the person goes."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from zhiyin.customers.rights.holders import Person, list_holders
from zhiyin.respond.callbacks.services import Promise, plan_call_back
from zhiyin.respond.models import Visit
from zhiyin.respond.services.erasing import erase_from_cases
from zhiyin.respond.visits.kinds import VisitState

_HOUR = timedelta(hours=1)


def test_erasing_the_customer_erases_device_and_notes(make_case, hire, book, shop) -> None:
    case = make_case()
    book(case, hire(), device="王家的冰箱", serial="SN-1")
    erase_from_cases([case.feedback_id])
    kept = Visit.objects.get()
    assert (kept.device, kept.serial_sealed, kept.stands) == ("", None, VisitState.CANCELLED)


def test_a_person_gets_what_is_kept_of_visits_and_calls(make_case, hire, book, shop) -> None:
    case = make_case()
    book(case, hire(), device="冰箱", serial="SN-1")
    at = timezone.now() + _HOUR
    plan_call_back(
        case, promise=Promise(promised_at=at, zone="Asia/Shanghai", topic="退款"), by=shop.by_agent
    )
    person = Person(keys=(), feedback_ids=(case.feedback_id,))
    parts = {part.name: part for one in list_holders() for part in one.read(person)}
    assert "SN-1" in parts["visits"].rows[0]
    assert "退款" in parts["call_backs"].rows[0]
    nobody = Person(keys=(), feedback_ids=("other",))
    assert not {"visits", "call_backs"} & {part.name for one in list_holders() for part in one.read(nobody)}
