"""From a prompt to a reply: a line, one worker thread, and the models it can drive."""
