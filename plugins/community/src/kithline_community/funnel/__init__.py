"""What came of it: ideas, decisions and outcomes (scoring card 17)."""
