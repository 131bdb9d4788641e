"""The programming interface for other systems: OpenAPI beside the views."""
