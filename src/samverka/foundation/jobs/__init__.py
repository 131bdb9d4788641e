"""Long work: it shows progress, can be left and returned to, and can be cancelled."""
