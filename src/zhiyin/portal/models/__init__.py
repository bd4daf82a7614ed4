"""Tables of the customers' pages: links, forms, tries, words, stars and photos for a case, what we did."""

from zhiyin.portal.models.evidence import Evidence
from zhiyin.portal.models.followups import AddedWords, CaseRating, RatingHead
from zhiyin.portal.models.said_and_done import SaidAndDone
from zhiyin.portal.models.speak_links import SpeakLink
from zhiyin.portal.models.submissions import Submission
from zhiyin.portal.models.tries import PortalTry

__all__ = [
    "AddedWords",
    "CaseRating",
    "Evidence",
    "PortalTry",
    "RatingHead",
    "SaidAndDone",
    "SpeakLink",
    "Submission",
]
