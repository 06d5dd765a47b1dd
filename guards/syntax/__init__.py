"""Turn the syntax tree of any language into facts, by a table of node types a language."""
