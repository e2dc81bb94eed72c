"""The pure part: plan, snapshot, score, judge. Imports no database and no HTTP."""
