"""Recordings that measurements play back."""
