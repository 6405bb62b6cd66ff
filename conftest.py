"""Tests are prepared by `xiezhi.project.testing`; this file marks the root for pytest."""
