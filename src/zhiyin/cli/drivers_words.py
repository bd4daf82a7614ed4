"""Words of `zhiyin drivers`: headings, quadrants and categories in the language of the process."""

from __future__ import annotations

from zhiyin.cli.words import say

_QUADRANTS = {
    "improve_first": ("优先改进", "improve first"),
    "keep_up": ("继续保持", "keep it up"),
    "low_priority": ("次要机会", "low priority"),
    "possible_overkill": ("可能过度", "possible overkill"),
    "attractive": ("魅力", "attractive"),
    "one_dimensional": ("期望", "one-dimensional"),
    "must_be": ("必备", "must-be"),
    "indifferent": ("无差异", "indifferent"),
    "reverse": ("反向", "reverse"),
    "questionable": ("存疑", "questionable"),
    "constant": ("所有人回答相同", "the same for everybody"),
    "mostly_missing": ("超过一半没有回答", "more than half did not answer"),
}
_HEADINGS = {
    "attribute": ("要素", "attribute"),
    "column": ("列", "column"),
    "share": ("重要性占比", "share of importance"),
    "weight": ("相对权重（R² 的一部分）", "relative weight (part of R²)"),
    "shapley": ("夏普利份额（R² 的一部分）", "Shapley share (part of R²)"),
    "coefficient": ("每多 1 分，结果相差", "points for one step more"),
    "beta": ("标准化系数", "beta"),
    "correlation": ("相关系数", "correlation"),
    "inflation": ("方差膨胀因子（VIF）", "variance inflation (VIF)"),
    "performance": ("平均分", "mean"),
    "satisfied": ("高分占比", "top box share"),
    "quadrant": ("象限", "quadrant"),
    "stated": ("自述重要性", "stated importance"),
    "stated_quadrant": ("象限（按自述重要性）", "quadrant (stated importance)"),
    "category": ("Kano 类别", "Kano category"),
    "is_clear": ("类别是否明确", "category is clear"),
    "n": ("n", "n"),
    "n_left_out": ("未答完整", "without a pair"),
    "better": ("满意系数（Better）", "better"),
    "worse": ("不满系数（Worse）", "worse"),
    "drivers": ("驱动因素", "drivers"),
    "kano": ("Kano", "Kano"),
}
_ENDS = {"low": ("下限", "low"), "high": ("上限", "high")}


def name_of(code: str) -> str:
    """What people call a quadrant, a category or a reason."""
    return say(*_QUADRANTS[code]) if code in _QUADRANTS else code


def heading_of(code: str) -> str:
    """The heading of a column; `_low` and `_high` are the ends of its interval."""
    name, _, end = code.rpartition("_")
    if end in _ENDS and name in _HEADINGS:
        return say(f"{_HEADINGS[name][0]}·{_ENDS[end][0]}", f"{_HEADINGS[name][1]}, {_ENDS[end][1]}")
    return say(*_HEADINGS[code]) if code in _HEADINGS else code
