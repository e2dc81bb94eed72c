"""One page for people who would rather look than read: a file without scripts, fonts or links to anywhere."""

from kithline_core.report.page import page

__all__ = ["page"]
