"""The state document and where it is kept."""
