"""Logging in to the server that mail is handed to."""
