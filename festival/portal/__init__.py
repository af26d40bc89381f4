"""What an accepted organization finds in one place for the day."""
