"""Long work outside of requests: what kinds there are, what waits, what runs, how it is stopped."""

from zhiyin.listen.services.jobs.kinds import (
    JobFigure,
    JobKind,
    JobView,
    cancel_job,
    get_job,
    list_job_kinds,
    list_jobs,
    register,
)
from zhiyin.listen.services.jobs.table import TableWork, make_table_kind, start_job

__all__ = [
    "JobFigure",
    "JobKind",
    "JobView",
    "TableWork",
    "cancel_job",
    "get_job",
    "list_job_kinds",
    "list_jobs",
    "make_table_kind",
    "register",
    "start_job",
]
