"""What changes articles, and what is kept of searches and uses."""

from zhiyin.knowledge.services.articles import (
    Words,
    check_words,
    publish_version,
    restore_article,
    review_version,
    save_version,
    set_facts,
    withdraw_article,
    write_article,
)
from zhiyin.knowledge.services.misses import forget_old_misses, handle_miss, note_miss, unhandle_miss
from zhiyin.knowledge.services.removing import drop_uses, remove_articles
from zhiyin.knowledge.services.uses import forget_uses, mark_solved, mark_used

__all__ = [
    "Words",
    "check_words",
    "drop_uses",
    "forget_old_misses",
    "forget_uses",
    "handle_miss",
    "mark_solved",
    "mark_used",
    "note_miss",
    "publish_version",
    "remove_articles",
    "restore_article",
    "review_version",
    "save_version",
    "set_facts",
    "unhandle_miss",
    "withdraw_article",
    "write_article",
]
