"""Domain knowledge, a folder a project: schema, suite, features, at times a source."""
