"""Declarative SMTP users for Sarv and SendClean accounts: plan, apply exactly once, find drift."""

__version__ = "0.1.0"
