"""Taking journeys and codes away as files."""
