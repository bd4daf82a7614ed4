"""The addresses of this room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zhiyin.listen.views import channels, imports, jobs, learning, retagging, taxonomy
from zhiyin.listen.views import taxonomy_editor as editor
from zhiyin.listen.views import taxonomy_preview as preview
from zhiyin.listen.views import taxonomy_versions as versions
from zhiyin.listen.views import term_suggestions as terms
from zhiyin.listen.views.record_imports import import_records
from zhiyin.listen.views.term_drafts import ask_model_for_aspects

urlpatterns: list[URLPattern | URLResolver] = [
    path("import/", imports.import_file, name="import_file"),
    path("import/<str:token>/", imports.import_preview, name="import_preview"),
    path("import/<str:token>/records/<str:kind>/", import_records, name="import_records"),
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
    path("settings/taxonomy/edit/", editor.edit_taxonomy, name="edit_taxonomy"),
    path("settings/taxonomy/edit/change/", editor.change_taxonomy, name="change_taxonomy"),
    path("settings/taxonomy/edit/undo/", editor.undo_change, name="undo_taxonomy_edit"),
    path("settings/taxonomy/edit/discard/", editor.discard_changes, name="discard_taxonomy_draft"),
    path("settings/taxonomy/edit/restore/", editor.restore_changes, name="restore_taxonomy_draft"),
    path("settings/taxonomy/edit/redo/", editor.redo_changes, name="redo_taxonomy_draft"),
    path("settings/taxonomy/edit/save/", editor.save_changes, name="save_taxonomy_draft"),
    path("settings/taxonomy/edit/try/", editor.try_draft, name="try_taxonomy_draft"),
    path("settings/taxonomy/edit/preview/", preview.preview_taxonomy, name="preview_taxonomy"),
    path("settings/taxonomy/versions/", versions.show_versions, name="taxonomy_versions"),
    path("settings/taxonomy/versions/<int:number>/", versions.show_version, name="taxonomy_version"),
    path(
        "settings/taxonomy/versions/<int:number>/file/",
        versions.download_version,
        name="download_taxonomy_version",
    ),
    path("settings/taxonomy/versions/<int:number>/back/", versions.go_back, name="go_back_to_version"),
    path("settings/taxonomy/suggestions/", terms.suggest_terms, name="suggested_terms"),
    path("settings/taxonomy/suggestions/ask-model/", ask_model_for_aspects, name="ask_model_for_aspects"),
    path("settings/taxonomy/suggestions/choose/", terms.choose_terms, name="choose_terms"),
    path("settings/taxonomy/suggestions/undo/", terms.undo_dismissal, name="undo_dismissed_terms"),
    path("settings/taxonomy/retag/", retagging.retag_voices, name="retag_voices"),
    path("settings/learning/", learning.show_learning, name="learning"),
    path("settings/learning/terms/", learning.suggest_taught_terms, name="taught_terms"),
    path("settings/learning/train/", learning.train_model, name="train_model"),
    path("settings/learning/use/", learning.switch_model, name="switch_model"),
    path("settings/learning/back/", learning.go_back_to_model, name="go_back_to_model"),
    path("settings/learning/discard/", learning.discard_model, name="discard_model"),
    path("settings/sample/remove/", jobs.remove_sample, name="remove_sample"),
]
