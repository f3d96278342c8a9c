"""The provider's four calls over HTTP, and what each answer proves."""
