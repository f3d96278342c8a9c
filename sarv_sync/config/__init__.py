"""The files: YAML with positions, checked against the schema, resolved to a `Configuration`."""
