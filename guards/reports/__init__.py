"""Reports that test runs leave behind, read strictly and bounded: their writers are untrusted."""
