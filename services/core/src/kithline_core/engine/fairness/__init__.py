"""Whether the items of a questionnaire mean the same to different groups of respondents (Part C 11)."""
