"""The state behind Terraform's HTTP protocol."""
