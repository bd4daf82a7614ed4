"""Finding the own case by its number and four digits."""

from __future__ import annotations

import re

import pytest


def test_number_and_digits_lead_to_the_page(client, ask):
    asked = ask()
    response = client.post("/track/", {"number": asked.case.number.lower(), "digits": "５６７８"})
    assert response.status_code == 303
    assert response["Location"] == asked.path


def test_the_answer_is_the_same_whether_the_number_exists_or_not(client, ask):
    real = client.post("/track/", {"number": ask().case.number, "digits": "0000"})
    none = client.post("/track/", {"number": "K2611-999999", "digits": "0000"})
    strip = lambda response: re.sub(r'value="[^"]*"', "", response.content.decode())  # noqa: E731
    assert (real.status_code, strip(real)) == (none.status_code, strip(none))
    assert "没有找到对应的记录" in strip(real)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"number": "", "digits": "1234"}, "请填单号。"),
        ({"number": "K2611-000001", "digits": "12"}, "请填四位数字。"),
        ({"number": "K2611-000001", "digits": "²²²²"}, "请填四位数字。"),
    ],
)
def test_what_is_missing_to_find_a_case_is_told(client, company, data, message):
    response = client.post("/track/", data)
    assert response.status_code == 422
    assert message in response.content.decode()
