"""The rubric that a fresh installation begins with."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.respond.quality.kinds import About, ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWords:
    """An item as somebody writes it."""

    key: str
    name_zh: str
    name_en: str
    weight: int
    about: About = About.AGENT
    kind: ItemKind = ItemKind.AUTO
    is_fatal: bool = False


def _by_people(key: str, zh: str, en: str, weight: int, *, is_fatal: bool = False) -> ItemWords:
    return ItemWords(key=key, name_zh=zh, name_en=en, weight=weight, kind=ItemKind.MANUAL, is_fatal=is_fatal)


def _of_robots(key: str, zh: str, en: str, weight: int) -> ItemWords:
    return ItemWords(key=key, name_zh=zh, name_en=en, weight=weight, about=About.ROBOT)


SUGGESTED = (
    ItemWords(key="greeting", name_zh="先问候客户", name_en="Greets the customer", weight=5),
    ItemWords(
        key="empathy", name_zh="有致歉、感谢或体谅", name_en="Apologises, thanks or understands", weight=10
    ),
    ItemWords(key="to_the_point", name_zh="答到点上", name_en="Takes up what was asked", weight=20),
    ItemWords(key="plain_words", name_zh="用大白话，不用行话", name_en="Plain words, no jargon", weight=10),
    ItemWords(key="dated_promise", name_zh="承诺带时间", name_en="Promises name a time", weight=15),
    ItemWords(key="no_blame", name_zh="不推责、不教训客户", name_en="Blames and lectures nobody", weight=15),
    ItemWords(key="first_in_time", name_zh="首次答复按时", name_en="First answer in time", weight=15),
    ItemWords(key="not_asked_again", name_zh="不重复询问", name_en="Asks nothing twice", weight=10),
    ItemWords(
        key="no_review_change",
        name_zh="不要求客户修改评价",
        name_en="Asks for no change of a review",
        weight=0,
        is_fatal=True,
    ),
    _by_people("solves_cause", "解决了根本问题", "Solves the cause", 20),
    _by_people("respectful", "尊重客户", "Treats the customer with respect", 10),
    _by_people("facts_right", "所说属实", "What it says is true", 0, is_fatal=True),
    _by_people("nothing_private", "没有泄露他人信息", "Tells nothing private of others", 0, is_fatal=True),
    _of_robots("robot_to_the_point", "机器人答到点上", "The robot is to the point", 30),
    _of_robots("robot_way_to_person", "能转到人工", "There is a way to a person", 30),
    _of_robots("robot_no_dead_end", "没有把客户晾在死胡同", "No dead end", 20),
    _of_robots("robot_after_hours", "下班时间也有着落", "After hours nobody is left alone", 10),
    _of_robots("robot_not_told_again", "不让客户重复说", "Nothing has to be told again", 10),
)
AUTO_KEYS = frozenset(item.key for item in SUGGESTED if item.kind is ItemKind.AUTO)
