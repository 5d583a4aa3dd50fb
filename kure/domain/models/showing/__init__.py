"""What was read at a model's wish as text: pure, of what has been read already."""
