"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhiyin.insight.views.aspect import aspect, aspect_export
from zhiyin.insight.views.aspects import aspects, aspects_export
from zhiyin.insight.views.corrections import correct_voice, undo_voice_correction
from zhiyin.insight.views.home import home, put_away_first_steps
from zhiyin.insight.views.review import review_queue, review_voice, skip_voice, unskip_voice
from zhiyin.insight.views.saved_views import saved_view, saved_views
from zhiyin.insight.views.unit import unit
from zhiyin.insight.views.units import units, units_export
from zhiyin.insight.views.voice import voice, voice_author, voice_original
from zhiyin.insight.views.voice_why import voice_why
from zhiyin.insight.views.voices import voices, voices_filters
from zhiyin.insight.views.voices_export import voices_export
from zhiyin.insight.views.voices_summary import voices_summary

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("first-steps/", put_away_first_steps, name="put_away_first_steps"),
    path("voices/", voices, name="voices"),
    path("voices/filters/", voices_filters, name="voices_filters"),
    path("voices/summary/", voices_summary, name="voices_summary"),
    path("voices/export/", voices_export, name="voices_export"),
    path("voices/views/", saved_views, name="saved_views"),
    path("voices/views/<int:view_id>/", saved_view, name="saved_view"),
    path("voices/<str:feedback_id>/", voice, name="voice"),
    path("voices/<str:feedback_id>/author/", voice_author, name="voice_author"),
    path("voices/<str:feedback_id>/why/", voice_why, name="voice_why"),
    path("voices/<str:feedback_id>/original/", voice_original, name="voice_original"),
    path("voices/<str:feedback_id>/correct/", correct_voice, name="correct_voice"),
    path(
        "voices/<str:feedback_id>/corrections/<int:correction_id>/undo/",
        undo_voice_correction,
        name="undo_correction",
    ),
    path("learning/queue/", review_queue, name="review_queue"),
    path("learning/queue/back/", unskip_voice, name="unskip_voice"),
    path("learning/queue/<str:feedback_id>/", review_voice, name="review_voice"),
    path("learning/queue/<str:feedback_id>/skip/", skip_voice, name="skip_voice"),
    path("", include("zhiyin.insight.drivers.urls")),
    path("", include("zhiyin.insight.topics.urls")),
    path("", include("zhiyin.insight.similar.urls")),
    path("", include("zhiyin.insight.journeys.urls")),
    path("", include("zhiyin.insight.measures.urls")),
    path("", include("zhiyin.insight.priority.urls")),
    path("", include("zhiyin.insight.qsc.urls")),
    path("", include("zhiyin.insight.competitors.urls")),
    path("", include("zhiyin.insight.peers.urls")),
    path("units/", units, name="units"),
    # Not below `units/` and `aspects/`: what follows there is a code, whatever it may be.
    path("export/units/", units_export, name="units_export"),
    path("units/<path:code>/", unit, name="unit"),
    path("aspects/", aspects, name="aspects"),
    path("export/aspects/", aspects_export, name="aspects_export"),
    path("export/aspects/<str:table>/<path:aspect>/", aspect_export, name="aspect_export"),
    path("aspects/<path:aspect>/", aspect, name="aspect"),
    path("", include("zhiyin.insight.alerts.urls")),
    path("", include("zhiyin.insight.delivery.urls")),
    path("", include("zhiyin.insight.reports.urls")),
    path("", include("zhiyin.insight.now.urls")),
    path("", include("zhiyin.insight.boards.urls")),
]
