"""health.community: is a place alive, growing and sustained? (scoring card 7)."""
