"""Template tags of the calculators' forms."""
