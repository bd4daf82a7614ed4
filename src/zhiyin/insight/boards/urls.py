"""The addresses of boards."""

from __future__ import annotations

from django.urls import path

from zhiyin.insight.boards import edit_views, views
from zhiyin.insight.boards.wall import board_wall

urlpatterns = [
    path("boards/", views.boards, name="boards"),
    path("boards/new/", edit_views.new_board, name="new_board"),
    path("boards/import/", edit_views.import_board, name="import_board"),
    path("boards/<int:board_id>/edit/", edit_views.edit_board, name="edit_board"),
    path("boards/<int:board_id>/delete/", edit_views.delete_board, name="delete_board"),
    path("boards/<int:board_id>/edit/tiles/new/", edit_views.new_tile, name="new_tile"),
    path("boards/<int:board_id>/edit/tiles/<slug:tile_id>/", edit_views.edit_tile, name="edit_tile"),
    path("boards/<int:board_id>/edit/tiles/<slug:tile_id>/move/", edit_views.move_tile, name="move_tile"),
    path(
        "boards/<int:board_id>/edit/tiles/<slug:tile_id>/remove/", edit_views.remove_tile, name="remove_tile"
    ),
    path("boards/<slug:key>/", views.board, name="board"),
    path("boards/<slug:key>/copy/", edit_views.copy_board, name="copy_board"),
    path("boards/<slug:key>/file/", views.board_file, name="board_file"),
    path("boards/<slug:key>/wall/", board_wall, name="board_wall"),
    path("boards/<slug:key>/tiles/<slug:tile_id>/", views.board_tile, name="board_tile"),
    path("boards/<slug:key>/tiles/<slug:tile_id>/export/", views.board_tile_export, name="board_tile_export"),
]
