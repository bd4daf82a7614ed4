"""What reads customers; every door takes the asker's scope."""
