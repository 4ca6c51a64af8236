"""Pages about needs, candidates and mises à l'emploi."""
