"""The addresses of this room."""

from __future__ import annotations

from django.urls import path

from zhiyin.people.views.palette import palette
from zhiyin.people.views.session import choose_language, sign_in, sign_out
from zhiyin.people.views.setup import set_up

urlpatterns = [
    path("setup/<str:token>/", set_up, name="set_up"),
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-out/", sign_out, name="sign_out"),
    path("palette/", palette, name="palette"),
    path("language/", choose_language, name="choose_language"),
]
