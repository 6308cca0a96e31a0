from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from stores import postgres, postgres_server, url

__all__ = ["postgres", "postgres_server", "url"]
