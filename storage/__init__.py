"""What was agreed (arrangements: pure values) and what has happened (records)."""
