"""The workshop: from written dialogues to a BlenderBot that speaks like them."""
