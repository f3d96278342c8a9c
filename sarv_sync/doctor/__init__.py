"""What `doctor` makes of what it found: each check a function from evidence to a finding."""
