"""Time as a caller: the tick, delivery, the auditor, and the Door protocol that doors fulfil."""
