"""All files to refuse that are made here."""

from __future__ import annotations

from tests.hostile import archives, hdf5_files, json_files, other_formats

CASES = (*archives.CASES, *json_files.CASES, *hdf5_files.CASES, *other_formats.CASES)
