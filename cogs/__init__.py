"""Discord's edge: each cog translates an event in, calls one service, translates the answer out."""
