"""Tables of people and of what signs them in."""
