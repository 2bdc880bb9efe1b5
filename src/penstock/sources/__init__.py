"""Where raw data comes from: a generator, mirrors with checksums, files, or a database."""
