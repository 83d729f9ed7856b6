"""From a question to an answer people can trust."""
