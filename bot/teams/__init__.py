"""Microsoft Teams: the other chat. Only `library.py` knows Microsoft's SDK; only the wiring opens this door."""
