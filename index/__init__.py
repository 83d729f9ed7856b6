"""From documents to ranked evidence."""
