"""Which group something is about, as the key of its record says: cover for that group alone counts for it too."""


def group_of(record: str) -> str:
    """The group of a meeting, of a poll, or of what a group owes in a round; empty where it is about none."""
    kind, _, rest = record.partition(":")
    if kind == "meeting":
        return rest.partition(":")[0]
    if kind == "poll":
        return rest.partition(":")[2].partition(".")[0]
    if kind == "owed":
        what, _, id_ = rest.split(":", 2)[-1].partition(".")
        return id_ if what == "group" else ""
    return ""
