"""HTTP as this program speaks it, whoever is at the other end. What it means is for the caller to say."""
