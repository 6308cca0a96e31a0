"""Turnout sends each prompt to the language model that fits it: your task, your price, your speed, on evidence."""
