"""Reusable widgets; they know no Session."""
