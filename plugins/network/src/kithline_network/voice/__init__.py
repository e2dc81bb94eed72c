"""Whether outward contact is everyone's business: `voice.everyone`."""
