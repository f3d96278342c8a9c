"""The places that passwords are delivered to, one file each. See `model.sink` for what they have in common."""
