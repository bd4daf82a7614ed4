"""The addresses of owning."""

from __future__ import annotations

from django.urls import path

from zhiyin.respond.owning.alert_views import again, begin, end
from zhiyin.respond.owning.handed_on_view import show_handed_on, take_handed_back
from zhiyin.respond.owning.leaving_view import hand_over_all, undo_hand_over
from zhiyin.respond.owning.views import change_staff, show_kicked_about, show_staff, undo_staff

urlpatterns = [
    path("cases/staff/", show_staff, name="case_staff"),
    path("cases/staff/<int:account_id>/", change_staff, name="case_staff_one"),
    path("cases/staff/<int:account_id>/undo/", undo_staff, name="case_staff_undo"),
    path("cases/hand-over/<int:account_id>/", hand_over_all, name="case_hand_over_all"),
    path("cases/hand-over/undo/<uuid:batch>/", undo_hand_over, name="case_hand_over_undo"),
    path("cases/<str:number>/handed-on/", show_handed_on, name="case_handed_on"),
    path("cases/<str:number>/handed-on/undo/", take_handed_back, name="case_take_back"),
    path("cases/kicked-about/", show_kicked_about, name="cases_kicked_about"),
    path("cases/kicked-about/told/", begin, name="kicked_about_alert"),
    path("cases/kicked-about/told/<int:destination>/end/", end, name="kicked_about_alert_end"),
    path("cases/kicked-about/told/<int:destination>/again/", again, name="kicked_about_alert_again"),
]
