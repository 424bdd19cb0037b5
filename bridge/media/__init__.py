"""What lies between two browsers (relay, TURN, what each learns of the other), and our own end of a call."""
