"""The state in an S3 bucket."""
