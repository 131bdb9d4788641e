"""Joint reports: figures and texts frozen when published, as HTML and accessible PDF."""
