"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.listen.views import channels, imports, jobs, taxonomy

urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", imports.import_file, name="import_file"),
    path("import/<str:token>/", imports.import_preview, name="import_preview"),
    path("import/<str:token>/discard/", imports.discard_upload, name="discard_upload"),
    path("jobs/", jobs.show_jobs, name="jobs"),
    path("jobs/import/<int:job_id>/refused.csv", jobs.download_rejected, name="rejected_rows"),
    path("jobs/<str:kind>/<int:job_id>/", jobs.show_job, name="job"),
    path("jobs/<str:kind>/<int:job_id>/cancel/", jobs.stop_job, name="cancel_job"),
    path("channels/", channels.show_channels, name="channels"),
    path("channels/<str:code>/", channels.edit_channel, name="edit_channel"),
    path("channels/<str:code>/switch/", channels.switch_channel, name="switch_channel"),
    path("settings/taxonomy/", taxonomy.show_taxonomy, name="taxonomy"),
    path("settings/taxonomy/use/", taxonomy.use_taxonomy, name="use_taxonomy"),
    path("settings/taxonomy/try/", taxonomy.try_taxonomy, name="try_taxonomy"),
    path("settings/taxonomy/file/", taxonomy.download_taxonomy, name="download_taxonomy"),
    path("settings/sample/remove/", jobs.remove_sample, name="remove_sample"),
]
