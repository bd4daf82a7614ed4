"""Links to pictures and films in a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiyin.listen.items import MediaIn
from zhiyin.listen.validation import MAX_LINK, MAX_MEDIA

_LINK = re.compile(r"https?://[^\s,;|，；、\"'\[\]]+")


def media_of(cells: Sequence[str]) -> list[MediaIn]:
    """The links in the cells, up to the 50 that a voice may have; what is no link is passed over."""
    links = (link for cell in cells for link in _LINK.findall(cell))
    return [MediaIn(url=link) for link in links if len(link) <= MAX_LINK][:MAX_MEDIA]
