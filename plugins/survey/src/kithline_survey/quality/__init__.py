"""May this questionnaire be summed? `instrument.quality`."""
