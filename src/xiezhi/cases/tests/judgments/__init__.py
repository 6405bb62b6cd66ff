"""Tests of reading and importing published judgments."""
