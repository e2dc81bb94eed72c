"""Where everybody belonged, and who is one and the same: pure, and the same behind both doors."""
