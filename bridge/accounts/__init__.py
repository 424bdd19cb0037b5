"""Who is asking: the directory of kiosks and staff, and sign-ins."""
