"""What was agreed: pure values with behaviour. No clock, no database; a calendar of working days is passed in."""
