"""Template tags of the card that WeChat shows."""
