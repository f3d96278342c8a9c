"""One command as a step of a GitHub Actions job: what is read, run, written and posted."""
