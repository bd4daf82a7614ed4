"""Tables of the customers' pages: speak links, what was handed in, tries, words and stars for a case."""

from zhiyin.portal.models.followups import AddedWords, CaseRating, RatingHead
from zhiyin.portal.models.speak_links import SpeakLink
from zhiyin.portal.models.submissions import Submission
from zhiyin.portal.models.tries import PortalTry

__all__ = ["AddedWords", "CaseRating", "PortalTry", "RatingHead", "SpeakLink", "Submission"]
