"""The address of voices like one."""

from django.urls import path

from zhiyin.insight.similar.views import similar_voices

urlpatterns = [path("voices/<str:feedback_id>/similar/", similar_voices, name="similar_voices")]
