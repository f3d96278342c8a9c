"""Frozen values that every other package speaks in. Nothing here touches the world."""
