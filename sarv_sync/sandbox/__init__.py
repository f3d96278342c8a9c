"""An embedded provider over HTTP, with faults on demand."""
