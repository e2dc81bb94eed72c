"""saydo.gap: what is claimed in answers beside what is observed in behaviour (card 14)."""
