"""The script that a clinic's page loads, its releases, and the page that shows it in place."""
