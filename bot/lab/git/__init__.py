"""The lab's bare repositories and what guards them."""
