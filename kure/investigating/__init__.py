"""Asking a model about an incident, and reading what it wishes."""
