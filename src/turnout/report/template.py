"""The page's HTML: one template, which other packages extend, with its style and its script inside."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Any

__all__ = ["Assets", "render"]

_OWN = "turnout.report"


@dataclass(frozen=True, slots=True)
class Assets:
    """A package whose folder ``assets`` holds NAME.html (it extends ``page.html``), NAME.css and NAME.js."""

    package: str
    name: str

    def read(self, kind: str) -> str:
        """The text of its file NAME.kind."""
        return (resources.files(self.package) / "assets" / f"{self.name}.{kind}").read_text("utf-8")


def render(assets: Assets | None = None, *, figures: list[tuple[Any, dict[str, str]]], json: str, **values: Any) -> str:
    """The whole page. Everything is escaped but the figures: Vega's own SVG, in which it escaped every text."""
    from importlib.metadata import version

    import jinja2
    from markupsafe import Markup

    own = Assets(_OWN, "page")
    parts = [own, assets] if assets else [own]
    script = "\n".join(part.read("js") for part in parts)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = jinja2.Environment(
        loader=jinja2.DictLoader({f"{part.name}.html": part.read("html") for part in parts}),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{parts[-1].name}.html").render(
        figures=[(figure, {size: Markup(svg) for size, svg in svgs.items()}) for figure, svgs in figures],  # noqa: S704
        version=version("turnout"),
        json_base64=base64.b64encode(json.encode()).decode(),
        style=Markup("\n".join(part.read("css") for part in parts)),  # noqa: S704
        script=Markup(script),  # noqa: S704
        script_hash=digest,
        **values,
    )
