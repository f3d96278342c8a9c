"""The use cases of snapshots: taking one, publishing it, and planning with it in place of the account."""
