"""The addresses of the page of own data."""

from __future__ import annotations

from django.urls import path

from zhiyin.portal.my_data.mine import mine, take
from zhiyin.portal.my_data.views import ask_staff, enter_code, my_data

urlpatterns = [
    path("my-data/", my_data, name="my_data"),
    path("my-data/ask/", ask_staff, name="my_data_ask"),
    path("my-data/mine/", mine, name="my_data_mine"),
    path("my-data/take/", take, name="my_data_take"),
    path("my-data/code/<str:handle>/", enter_code, name="my_data_code"),
]
