"""Slack: the first chat door."""
