"""The addresses of the page of new subjects."""

from __future__ import annotations

from django.urls import URLPattern, path

from zhiyin.insight.topics.views import (
    look_for_subjects_now,
    new_subjects,
    propose_term,
    put_subject_away,
)

urlpatterns: list[URLPattern] = [
    path("new/", new_subjects, name="new_subjects"),
    path("new/look/", look_for_subjects_now, name="look_for_subjects"),
    path("new/term/", propose_term, name="propose_term"),
    path("new/put-away/", put_subject_away, name="put_subject_away"),
]
