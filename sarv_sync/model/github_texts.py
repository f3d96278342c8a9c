"""What those who write texts for GitHub and those who put them there must agree on."""

COMMENT_MARKER = "<!-- sarv-sync:plan -->"
"""The first line of the comment under a pull request: by it the comment is found again."""

SUMMARY_MAX = 900_000
"""Bytes of a step's summary. Over 1 MiB GitHub drops it whole, and masking secrets may lengthen it."""
