"""Figures for a monitoring system, in the text format of Prometheus 0.0.4; never by tenant."""
