"""The addresses of quality."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.quality.score_views import show_scores
from zhiyin.respond.quality.views import (
    decide_appeal,
    draw,
    edit_rubric,
    object_to,
    review,
    show_mine,
    show_quality,
)

urlpatterns = [
    path("quality/", show_quality, name="quality"),
    path("quality/sample/", draw, name="quality_draw"),
    path("quality/scores/", show_scores, name="quality_scores"),
    path("quality/mine/", show_mine, name="quality_mine"),
    path("quality/mine/<int:result_id>/object/", object_to, name="quality_object"),
    path("quality/objections/<int:appeal_id>/", decide_appeal, name="quality_decide"),
    path("quality/rubric/", edit_rubric, name="quality_rubric"),
    path("quality/cases/<str:number>/", review, name="quality_review"),
]
