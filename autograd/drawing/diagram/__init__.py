"""What a picture shows: its boxes and edges, their names and texts, folded by scopes."""
