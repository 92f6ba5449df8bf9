"""The doors (Slack, Teams, mail, web, terminal), settings, the wiring and the real clock."""
