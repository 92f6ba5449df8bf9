"""What the bot answers over HTTP: one Starlette app for every door that needs one."""
