"""Our own tables: cases, merge groups, signals, blobs and the ledger, on SQLite or PostgreSQL."""

from bot.edges.store.store import MAX_BLOB_BYTES, MAX_DOCUMENT_BYTES, SqlStore

__all__ = ["MAX_BLOB_BYTES", "MAX_DOCUMENT_BYTES", "SqlStore"]
