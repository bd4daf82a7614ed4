"""The language model that the company set proposes the aspect of each suggested term; a person decides."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import HttpRequest, HttpResponse

from zhiyin.assist.services.drafts import Draft, Material, make_draft
from zhiyin.assist.wording import say
from zhiyin.console.pages import render_page
from zhiyin.console.templatetags.shell import page_language
from zhiyin.errors import ZhiyinError
from zhiyin.listen.views.term_suggestions import TermRow, TermsView, account_of, read_terms_view
from zhiyin.people.access import actor_of
from zhiyin.people.permissions import Permission, requires
from zhiyin.people.views.posts import takes_form_of

_LINE = re.compile(r"^\W*([^:：]{1,20}?)\s*[:：]\s*(\S.*)$")

# Of a draft's material a limited number of texts is sent, each of a limited length.
_A_LINE = 8


@requires(Permission.TAXONOMY_EDIT)
@takes_form_of("suggested_terms")
def ask_model_for_aspects(request: HttpRequest) -> HttpResponse:
    """The page of suggestions with the model's choices first; nothing is kept before somebody adds it."""
    view = read_terms_view(request, account=account_of(request))
    draft: Draft | None = None
    problem = ""
    try:
        draft = make_draft("aspect", _material(view), language=page_language(), by=actor_of(request))
        chosen = read_choices(draft.text, known=dict(view.aspects))
        view = replace(view, rows=[_with_choice(row, view=view, chosen=chosen) for row in view.rows])
    except ZhiyinError as error:
        problem = say(error)
    context = {"view": view, "draft": draft, "problem": problem, "can_draft": True}
    return render_page(request, "listen/term_suggestions.html", context, status=503 if problem else 200)


def read_choices(text: str, *, known: dict[str, str]) -> dict[str, str]:
    """Aspect by term, of the lines that name an aspect that there is; the rest is for people to read.

    >>> read_choices("杯盖：service_waiter\\n- 吸管: new: packaging", known={"service_waiter": "Staff"})
    {'杯盖': 'service_waiter'}
    """
    found = (_LINE.match(line.strip()) for line in text.splitlines())
    pairs = {match[1].strip("“”\"'` "): match[2].split()[0].strip("`.,，。") for match in found if match}
    return {term: aspect for term, aspect in pairs.items() if aspect in known}


def _material(view: TermsView) -> Material:
    said = [f"{one.before}{one.term}{one.after}" for row in view.rows for one in row.said]
    terms = [row.suggestion.term for row in view.rows]
    named = [f"{code}: {name}" for code, name in view.aspects]
    aspects = ["; ".join(named[start : start + _A_LINE]) for start in range(0, len(named), _A_LINE)]
    return Material(said=said, facts={"terms": terms, "aspects": aspects})


def _with_choice(row: TermRow, *, view: TermsView, chosen: dict[str, str]) -> TermRow:
    aspect = chosen.get(row.suggestion.term)
    if aspect is None:
        return row
    others = [pair for pair in row.likely if pair[0] != aspect]
    return replace(row, likely=[(aspect, dict(view.aspects)[aspect]), *others], is_by_machine=True)
