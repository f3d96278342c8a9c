"""What can go wrong, one small effect each."""
