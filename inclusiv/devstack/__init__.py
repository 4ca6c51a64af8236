"""What surrounds the application on one machine: its servers, its processes, its checks. Knows nothing of Django."""
