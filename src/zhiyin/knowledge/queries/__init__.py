"""What reads articles."""

from zhiyin.knowledge.queries.articles import (
    ArticleFilter,
    Counts,
    Listed,
    any_public,
    count_uses,
    find_draft,
    get_article,
    get_public_article,
    list_articles,
    list_public,
    list_versions,
    readable,
)
from zhiyin.knowledge.queries.gaps import Gap, count_gaps, list_gaps

__all__ = [
    "ArticleFilter",
    "Counts",
    "Gap",
    "Listed",
    "any_public",
    "count_gaps",
    "count_uses",
    "find_draft",
    "get_article",
    "get_public_article",
    "list_articles",
    "list_gaps",
    "list_public",
    "list_versions",
    "readable",
]
