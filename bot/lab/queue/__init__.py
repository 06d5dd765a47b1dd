"""The merge queue as a pure state machine: what happened goes in, what to do comes out."""
