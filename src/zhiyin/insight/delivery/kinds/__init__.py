"""The kinds of destinations, a module each."""

from __future__ import annotations

from zhiyin.insight.delivery.kinds import dingtalk, feishu, mail, webhook, wecom
from zhiyin.insight.delivery.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    module.KIND.code: module.KIND for module in (wecom, dingtalk, feishu, mail, webhook)
}

__all__ = ["KINDS", "Kind"]
