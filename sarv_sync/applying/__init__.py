"""Carries out a plan: exactly-once creation, edits, recovery, proof."""
