"""The signed-in shell: start page, own organisation, own tasks, search, styleguide, health."""
