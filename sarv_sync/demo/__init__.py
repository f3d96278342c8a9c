"""The tour: the real program, taken through its paces against the sandbox."""
