"""The report: one folder of files, one self-contained page, one workbook, from a finished analysis."""

from heatleaf.report.command import repeat_command
from heatleaf.report.folder import write_folder

__all__ = ["repeat_command", "write_folder"]
