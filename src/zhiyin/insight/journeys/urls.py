"""The addresses of journeys."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.journeys import edit_views, file_views, path_views, persona_views, views

urlpatterns = [
    path("journeys/", views.journeys, name="journeys"),
    path("journeys/new/", edit_views.new_journey, name="new_journey"),
    path("journeys/import/", file_views.import_journey, name="import_journey"),
    path("journeys/schema.json", file_views.journey_schema, name="journey_schema"),
    path("journeys/paths/", path_views.journey_paths, name="journey_paths"),
    path("export/journey-paths/", path_views.journey_paths_export, name="journey_paths_export"),
    path("journeys/<int:map_id>/", views.journey, name="journey"),
    path(
        "journeys/<int:map_id>/touchpoints/<slug:touchpoint_id>/",
        views.journey_touchpoint,
        name="journey_touchpoint",
    ),
    path("journeys/<int:map_id>/edit/", edit_views.edit_journey, name="edit_journey"),
    path("journeys/<int:map_id>/edit/change/", edit_views.change_journey, name="change_journey"),
    path(
        "journeys/<int:map_id>/edit/touchpoints/<slug:touchpoint_id>/",
        edit_views.edit_touchpoint,
        name="edit_journey_touchpoint",
    ),
    path(
        "journeys/<int:map_id>/edit/personas/<slug:persona_id>/",
        edit_views.edit_persona,
        name="edit_journey_persona",
    ),
    path("journeys/<int:map_id>/edit/find/", persona_views.find_personas, name="find_journey_personas"),
    path("journeys/<int:map_id>/history/", edit_views.journey_history, name="journey_history"),
    path("journeys/<int:map_id>/delete/", edit_views.delete_journey, name="delete_journey"),
    path("journeys/<int:map_id>/map.json", file_views.journey_file, name="journey_file"),
    path("journeys/<int:map_id>/picture/<str:form>/", file_views.journey_picture, name="journey_picture"),
    path("export/journeys/<int:map_id>/", file_views.journey_export, name="journey_export"),
]
