"""The doors of the flow of cases; each is one transaction with its event and its entry in the trail."""

from zhiyin.respond.flow.alone import opening_alone
from zhiyin.respond.flow.following import follow_case, unfollow_case
from zhiyin.respond.flow.grouping import answer_group, group_case, open_group, ungroup_case
from zhiyin.respond.flow.joining import (
    Joined,
    Matter,
    find_same_matter,
    join_case,
    open_or_join_case,
    read_matter,
    remember_person,
)
from zhiyin.respond.flow.looking import note_looking
from zhiyin.respond.flow.merging import find_heir, merge_case, undo_merge
from zhiyin.respond.flow.messages import find_hold, find_question, list_messages
from zhiyin.respond.flow.splitting import clone_case, split_case, undo_split
from zhiyin.respond.flow.steps import (
    Assessment,
    acknowledge,
    assess,
    communicate,
    finish_investigation,
)
from zhiyin.respond.flow.urging import urge_case
from zhiyin.respond.flow.waiting import ask_customer, customer_spoke, hold_case, resume_case, resume_due

__all__ = [
    "Assessment",
    "Joined",
    "Matter",
    "acknowledge",
    "answer_group",
    "ask_customer",
    "assess",
    "clone_case",
    "communicate",
    "customer_spoke",
    "find_heir",
    "find_hold",
    "find_question",
    "find_same_matter",
    "finish_investigation",
    "follow_case",
    "group_case",
    "hold_case",
    "join_case",
    "list_messages",
    "merge_case",
    "note_looking",
    "open_group",
    "open_or_join_case",
    "opening_alone",
    "read_matter",
    "remember_person",
    "resume_case",
    "resume_due",
    "split_case",
    "undo_merge",
    "undo_split",
    "unfollow_case",
    "ungroup_case",
    "urge_case",
]
