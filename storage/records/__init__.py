"""What has happened: partnerships, people, meetings, duties, messages, the ledger; scoped by partnership."""
