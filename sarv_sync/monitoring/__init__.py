"""Telling other systems: metrics and notifications."""
