"""Every URL of the product. A room's URLs say themselves what they need; the shell's are public."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from zhiyin.config.api import list_urls
from zhiyin.console import urls as console_urls
from zhiyin.people.permissions import Permission, declare

# The shell stands below `people` and cannot name a permission itself. It shows the API's
# documentation, which is as public as this source, and remembers the theme in a cookie.
declare(console_urls.urlpatterns, permission=Permission.PUBLIC)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("zhiyin.console.urls")),
    path("", include("zhiyin.people.urls")),
    path("", include("zhiyin.assist.urls")),
    path("", include("zhiyin.listen.urls")),
    path("", include("zhiyin.customers.urls")),
    path("", include("zhiyin.insight.urls")),
    path("", include("zhiyin.knowledge.urls")),
    path("", include("zhiyin.respond.urls")),
    path("", include("zhiyin.portal.urls")),
    path("v1/", list_urls()),
]

handler403 = "zhiyin.console.views.show_forbidden"
handler404 = "zhiyin.console.views.show_not_found"
handler500 = "zhiyin.console.views.show_failure"
