"""What a snapshot would be with other answers, contacts, purposes or ceilings: pure, and guarded against telling of few."""
