"""What a clinician would review: numbers, wordings, triage rules and the default site, as data."""
