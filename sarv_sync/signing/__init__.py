"""Proof of who made a document."""
