"""The state in a ref of a git repository."""
