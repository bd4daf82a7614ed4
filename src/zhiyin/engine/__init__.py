"""Intake log, lake, batch runner and vault: what every fact stands on."""
