"""Who may do what: roles, bans, the modes of access, throttling of people, confirmations, links to staff accounts."""
