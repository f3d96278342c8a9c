"""Snapshots, wired to the account, the state, the environment and the file system."""
