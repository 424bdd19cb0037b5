"""Backup and restore of the data folder: one file out, one file in.

``back_up`` works while the service runs and while it is stopped; ``restore`` only where no Gloria uses the folder.
The file is a gzipped tar: ``manifest.json`` first, then the desk's append-only files, then ``gloria.sqlite``; what is
not in the data folder is not in it, and both reports say so in words.
"""

from bridge.backup.archive import BackupError
from bridge.backup.making import BackupReport, back_up
from bridge.backup.restoring import RestoreReport, restore

__all__ = ["BackupError", "BackupReport", "RestoreReport", "back_up", "restore"]
