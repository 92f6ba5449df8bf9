"""The mail door: messages as letters, by the partnership's own mail server (SMTP)."""
