"""Whether measures mean what they are called: asked of tenants that agreed, never of one alone (Part C 10)."""
