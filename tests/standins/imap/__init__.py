"""A mailbox for tests, read by IMAP over real sockets: what of RFC 3501 a reader of a mailbox needs, and its faults.

Python's own imaplib talks to it. What it goes by is RFC 3501: answers by tag, literals (4.3), numbers that are good for
one UIDVALIDITY (2.3.1.1), `BODY.PEEK[]` that leaves a letter unread (6.4.5), BODYSTRUCTURE (7.4.2), STARTTLS (6.2.1).

    with StandIn() as mailbox:
        mailbox.comes(letter, "2027-01-05 09:00")
        ...
        assert mailbox.letters[0].seen

Trouble: `mailbox.answers["LOGIN"] = "NO"` (or of any other command, by its last word: "FETCH"), "drop" to break off
there; `mailbox.renumber()` gives every letter another number. `mailbox.asked` has what was asked, without passwords.

Not imitated: several folders (there is INBOX and nothing else), other flags than \\Seen, IDLE, searches by anything
but UNSEEN and SINCE.
"""

from .server import PASSWORD, USER, Kept, StandIn

__all__ = ["PASSWORD", "USER", "Kept", "StandIn"]
