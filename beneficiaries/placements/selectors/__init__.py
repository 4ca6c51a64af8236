"""Questions about requests and mises à l'emploi, one module per subject."""
