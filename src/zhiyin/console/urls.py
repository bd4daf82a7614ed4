"""The addresses of the shell."""

from __future__ import annotations

from django.urls import path

from zhiyin.console.views import home

urlpatterns = [path("", home, name="home")]
