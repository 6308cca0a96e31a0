"""The OpenAI-compatible server: wire formats, choice per request, relay with fallback, keys, record."""
