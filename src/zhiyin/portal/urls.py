"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhiyin.portal.evidence.staff import evidence_file
from zhiyin.portal.views.case import show_case
from zhiyin.portal.views.find import find
from zhiyin.portal.views.print_links import download_png, download_svg, print_links
from zhiyin.portal.views.speak import speak
from zhiyin.portal.views.speak_links import make_store_links, speak_links, switch_off, switch_on

_STAFF = "settings/speak-links/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("speak/", speak, name="portal_speak"),
    path("speak/<str:code>/", speak, name="portal_speak"),
    path("track/", find, name="portal_find"),
    path("track/<str:token>/", show_case, name="portal_case"),
    path("", include("zhiyin.portal.my_data.urls")),
    path("", include("zhiyin.portal.help.urls")),
    path("", include("zhiyin.portal.said.urls")),
    path("evidence/<uuid:uuid>/", evidence_file, name="evidence_file"),
    path(_STAFF, speak_links, name="speak_links"),
    path(f"{_STAFF}stores/", make_store_links, name="make_store_links"),
    path(f"{_STAFF}print/", print_links, name="print_speak_links"),
    path(f"{_STAFF}<str:code>/on/", switch_on, name="switch_on_speak_link"),
    path(f"{_STAFF}<str:code>/off/", switch_off, name="switch_off_speak_link"),
    path(f"{_STAFF}<str:code>/qr.svg", download_svg, name="speak_link_svg"),
    path(f"{_STAFF}<str:code>/qr.png", download_png, name="speak_link_png"),
]
