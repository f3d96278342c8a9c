"""The schemas as code, one module each, written by `python tools/compile_schemas.py`; `rules` is what they share."""
