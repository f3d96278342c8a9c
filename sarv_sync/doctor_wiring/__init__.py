"""The composition root of `doctor`: what is looked at, and where. Nothing is changed."""
