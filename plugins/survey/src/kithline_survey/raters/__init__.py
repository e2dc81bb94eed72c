"""Do assessors see the same? `raters.agreement`."""
