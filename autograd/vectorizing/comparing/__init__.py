"""Comparing a program with the eager engine when it is made."""
