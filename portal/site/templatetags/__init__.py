"""Template tags of the residents' pages."""
