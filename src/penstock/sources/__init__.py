"""Where raw data comes from: mirrors with checksums, files, SQL, generators."""
