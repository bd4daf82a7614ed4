"""What becomes of what customers added on their pages when they are erased."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from zhiyin.portal.models import AddedWords


def erase_added_words(feedback_ids: Sequence[str]) -> None:
    """Remove the words that these voices added to cases, and all that were added to their own cases."""
    about_them = Q(feedback_id__in=feedback_ids) | Q(case__feedback_id__in=feedback_ids)
    AddedWords.objects.filter(about_them).delete()
