"""Honest measurement of routers."""
