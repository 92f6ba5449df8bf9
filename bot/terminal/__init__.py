"""The terminal: the first real door, and the commands of the shell by idea."""
