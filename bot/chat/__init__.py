"""What the chats share: how words are cut, what buttons and forms carry and keep, drafts, who a user may be."""
