"""GraphQL on GitHub's real schema: it checks what the bot asks and what the lab answers."""
