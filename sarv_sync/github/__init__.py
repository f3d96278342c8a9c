"""GitHub Actions and its REST API: what a runner reads, what the API is asked."""
