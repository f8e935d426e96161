"""Everything that survives a restart, behind protocols declared where they are used."""
