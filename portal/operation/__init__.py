"""For whoever runs the machines: health, backup and restore. Nothing here is seen by residents."""
