"""The database: how it is reached, and its tables brought up to date. What is kept in it belongs to others."""
