"""The database: how it is reached, its tables brought up to date, facts of the desk written into it, each once. What is
kept in it belongs to others."""
