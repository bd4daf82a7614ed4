"""Backup into one archive while everything runs, and a restore that verifies before it swaps."""

from zhiyin.engine.backup.create import BackupReport, create_backup
from zhiyin.engine.backup.restore import RestoreReport, restore_backup

__all__ = ["BackupReport", "RestoreReport", "create_backup", "restore_backup"]
