"""The dry run: what would be understood of a file, and which column map would read the rest."""
