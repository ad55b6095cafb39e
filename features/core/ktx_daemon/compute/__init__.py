"""Processes that compute for the one that answers: made once, ended at any moment, made anew when they die."""
