"""Languages: Swedish is written in the templates, English in the catalogue; numbers and dates per language."""
