"""What may be quoted, where it comes from, and the way in."""
