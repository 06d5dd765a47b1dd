"""GitHub's own schemas, executable: REST, webhooks and GraphQL."""
