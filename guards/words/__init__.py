"""Words of tools and languages that guards look for: tables, no code."""
