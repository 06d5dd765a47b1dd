"""The doors people and GitHub come in by: webhook, pages, health, metrics."""
