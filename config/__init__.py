"""What the owner decides: settings, a guild's options, personas and word lists."""
