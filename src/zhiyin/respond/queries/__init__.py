"""What reads cases; every door takes the asker's scope, or the customer's secret, or a case so found."""

from zhiyin.respond.queries.cases import (
    CaseCounts,
    CaseFilter,
    CasePage,
    cases_of_voice,
    cases_of_voices,
    count_cases,
    count_open,
    find_case_by_phone,
    find_case_by_token,
    get_case,
    list_cases,
    select_cases,
)
from zhiyin.respond.queries.owners import (
    find_default_owner,
    list_colleagues,
    list_possible_owners,
    may_own,
)
from zhiyin.respond.queries.story import (
    find_draft,
    list_answers,
    list_events,
    list_feedback_ids,
    read_contact,
    read_one,
    read_token,
    read_words,
)

__all__ = [
    "CaseCounts",
    "CaseFilter",
    "CasePage",
    "cases_of_voice",
    "cases_of_voices",
    "count_cases",
    "count_open",
    "find_case_by_phone",
    "find_case_by_token",
    "find_default_owner",
    "find_draft",
    "get_case",
    "list_answers",
    "list_cases",
    "list_colleagues",
    "list_events",
    "list_feedback_ids",
    "list_possible_owners",
    "may_own",
    "read_contact",
    "read_one",
    "read_token",
    "read_words",
    "select_cases",
]
