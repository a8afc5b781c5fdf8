"""Backup and restore (备份与恢复): the whole database as one file, and back without doing anything twice (R24)."""
