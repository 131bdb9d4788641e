"""Sources, indicators, observations, and the import of files of figures."""
