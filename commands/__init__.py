"""What the secretariat can do, asked by a person or by time: actions, the runner, handlers of duties."""
