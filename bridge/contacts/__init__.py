"""What remains of calls: contact records in SQL, written exactly once from the desk's facts."""
