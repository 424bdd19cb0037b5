"""The rules of the service, pure: no await, no clock, no I/O. What time it is comes as a parameter."""
