"""Pages of this room: signing in, the own account, the register, settings, what is audited."""
