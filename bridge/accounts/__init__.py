"""Who is asking: accounts of staff and kiosks in SQL, sign-ins in Redis, the roster that tells the desk, the audit."""
