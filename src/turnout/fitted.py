"""A router that reads the prompt: encoder + estimator, fitted on outcomes, kept in one file without pickle."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from turnout.encoders.protocol import Encoder
from turnout.errors import CorruptArtifact, NotFitted, UserError
from turnout.estimators import Estimator, load_state, make
from turnout.estimators.knn import Neighbours
from turnout.evidence import artifact
from turnout.evidence.averages import Averages
from turnout.recall import Recall
from turnout.types import Array, Basis, Estimates, Model, Neighbour, OutcomeTable, Prompt

__all__ = ["FittedRouter", "Refined", "match_ids"]

_KIND = "router"
_EXPLAINED_CHARACTERS = 160


class FittedRouter:
    """Quality from the fitted estimator; price and latency from the evidence's averages where outcomes had none.

    `header` says what it was fitted on: data, date, prompts, models, encoder, estimator.
    """

    def __init__(
        self, encoder: Encoder, estimator: Estimator, header: Mapping[str, Any], prompts: Sequence[str]
    ) -> None:
        self.encoder = encoder
        self.estimator = estimator
        self.header = dict(header)
        self.prompts = tuple(prompts)
        self.bind((), Averages(()))

    @classmethod
    def fit(cls, outcomes: OutcomeTable, encoder: Encoder, estimator: str = "hierarchical") -> FittedRouter:
        """Encode the prompts and fit; what it was fitted on is kept for `explain` and `header`."""
        fitted = make(estimator).fit(encoder.encode(outcomes.prompts), outcomes)
        header = {
            "data": outcomes.name,
            "date": datetime.now(UTC).date().isoformat(),
            "prompts": len(outcomes.prompts),
            "models": list(outcomes.model_ids),
            "encoder": encoder.name,
            "estimator": estimator,
        }
        return cls(encoder, fitted, header, [text[:_EXPLAINED_CHARACTERS] for text in outcomes.prompts])

    def save(self, path: Path) -> None:
        """Write atomically."""
        state, arrays = self.estimator.state()
        text = "\0".join(self.prompts).encode()
        prompts = np.frombuffer(text, dtype=np.uint8)
        header = {**self.header, "state": state}
        artifact.save(path, kind=_KIND, header=header, arrays={**arrays, "prompt_text": prompts})

    @classmethod
    def load(cls, path: Path, encoder: Callable[[str], Encoder]) -> FittedRouter:
        """Read what `save` wrote, then make the encoder whose name it gives.

        Raises `CorruptArtifact` when it is not a router file, or when `encoder` makes another than was fitted with.
        """
        kind, header, arrays = artifact.load(path)
        if kind != _KIND:
            raise CorruptArtifact(f"{path} holds a {kind}, not a fitted router")
        try:
            state, name = header.pop("state"), header["estimator"]
            prompts = arrays.pop("prompt_text").tobytes().decode().split("\0")
            estimator = load_state(name, state, arrays)
        except (KeyError, TypeError, ValueError, UserError, NotFitted) as error:
            raise CorruptArtifact(f"{path} lacks what a fitted router needs ({error}); fit it again") from None
        fitted_with = str(header.get("encoder"))
        made = encoder(fitted_with)
        if made.name != fitted_with:
            raise CorruptArtifact(
                f"{path} was fitted with the encoder {fitted_with!r}, not {made.name!r}; fit it again"
            )
        return cls(made, estimator, header, prompts)

    def bind(self, catalogue_ids: Sequence[str], averages: Averages) -> FittedRouter:
        """Meet the catalogue: which of its models the artifact speaks of, and where price and latency come from."""
        self._names = match_ids(self.header["models"], catalogue_ids)  # catalogue id -> id in the artifact
        self.averages = averages
        self._places: Recall[tuple[Array, Array]] = Recall()  # both depend on what it is bound to
        self._bases: Recall[tuple[Basis, ...]] = Recall()
        return self

    @property
    def catalogue_ids(self) -> tuple[str, ...]:
        """The catalogue's models that it can estimate, after `bind`."""
        return tuple(self._names)

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        """Estimates of shape (n_prompts, n_models); models it was not fitted on have NaN quality."""
        base = self.averages.estimate(prompts, models)
        own = self.estimator.estimate(
            self.encoder.encode([prompt.text for prompt in prompts]),
            [prompt.category or "" for prompt in prompts],
        )
        columns, known = self._places.get(own.model_ids, models, lambda: self._place(own.model_ids, models))
        complete = known.all()

        def pick(values: Array, otherwise: float) -> Array:
            picked = values.take(columns, axis=1)
            return picked if complete else np.where(known, picked, otherwise)

        cost, latency = pick(own.cost_usd, np.nan), pick(own.latency_s, np.nan)
        unpriced, untimed = np.isnan(cost), np.isnan(latency)
        unbilled, unclocked = np.logical_and.reduce(unpriced), np.logical_and.reduce(untimed)  # for all the prompts
        return Estimates(
            model_ids=base.model_ids,
            quality=pick(own.quality, np.nan),
            quality_se=pick(own.quality_se, np.nan),
            cost_usd=np.where(unpriced, base.cost_usd, cost),
            latency_s=np.where(untimed, base.latency_s, latency),
            support=pick(own.support, 0),
            basis=self._bases.get(
                (prompts[0].modality, prompts[0].category, unbilled.tobytes(), unclocked.tobytes()),
                models,
                lambda: self._basis(base.basis, known, unbilled, unclocked),
            ),
        )

    def _place(self, names: Sequence[str], models: Sequence[Model]) -> tuple[Array, Array]:
        """Of each model its column among `names`, and whether it has one: (n_models,) each."""
        position = {name: j for j, name in enumerate(names)}
        columns = np.array([position.get(self._names.get(model.id, ""), -1) for model in models], dtype=np.intp)
        return columns, columns >= 0

    def _basis(self, base: Sequence[Basis], known: Array, unbilled: Array, unclocked: Array) -> tuple[Basis, ...]:
        data, date = str(self.header["data"]), str(self.header["date"])
        return tuple(
            Basis(
                metric="predicted quality" if has else "",
                benchmark=data if has else "",
                source=f"fitted on {data}" if has else "",
                date=date if has else "",
                scope="prompt" if has else "prior",
                latency_source=b.latency_source if no_time else f"{data}, mean",
                cost_is_estimate=bool(no_bill),
            )
            for b, has, no_time, no_bill in zip(base, known, unclocked, unbilled, strict=True)
        )

    def neighbours(self, prompt: Prompt, count: int = 5) -> tuple[Neighbour, ...]:
        """The fitted prompts nearest to this one, when the estimator keeps them."""
        if not isinstance(self.estimator, Neighbours):
            return ()
        rows, similarities = self.estimator.nearest(self.encoder.encode([prompt.text]), count)
        by_artifact_id = {name: model for model, name in self._names.items()}
        quality = self.estimator.quality_rows(rows[0])
        return tuple(
            Neighbour(
                prompt=self.prompts[row],
                similarity=float(similarity),
                quality={
                    by_artifact_id.get(name, name): float(value)
                    for name, value in zip(self.header["models"], values, strict=True)
                    if np.isfinite(value)
                },
            )
            for row, similarity, values in zip(rows[0], similarities[0], quality, strict=True)
        )


class Refined:
    """Category averages, and what a fitted router adds by reading the prompt.

    Averages of `benchmark` are made finer by a router fitted on rows of the same benchmark: both speak of the same
    tasks, so the models keep being compared on one yardstick. Where the averages come from elsewhere, or there is no
    prompt to read, they stand as they are. `router` opens it when it is first needed; None = it cannot be used here.
    """

    def __init__(self, averages: Averages, router: Callable[[], FittedRouter | None], benchmark: str) -> None:
        self.averages = averages
        self._benchmark = benchmark
        self._router = cache(router)  # reading prompts needs an encoder

    def estimate(self, prompts: Sequence[Prompt], models: Sequence[Model]) -> Estimates:
        """As `Averages.estimate`, of shape (n_prompts, n_models)."""
        base = self.averages.estimate(prompts, models)
        measured_here = np.array([basis.benchmark == self._benchmark for basis in base.basis])
        read = np.array([prompt.modality == "text" and bool(prompt.text.strip()) for prompt in prompts])
        router = self._router() if measured_here.any() and read.any() else None
        if router is None:
            return base
        own = router.estimate(prompts, models)
        finer = read[:, None] & measured_here & np.isfinite(own.quality)
        return replace(
            base,
            quality=np.where(finer, own.quality, base.quality),
            quality_se=np.where(finer, own.quality_se, base.quality_se),
            support=np.where(finer, own.support, base.support),
            basis=tuple(
                replace(b, metric=o.metric, scope=o.scope) if some else b
                for b, o, some in zip(base.basis, own.basis, finer.any(axis=0), strict=True)
            ),
        )

    def neighbours(self, prompt: Prompt) -> tuple[Neighbour, ...]:
        """The router's nearest prompts."""
        router = self._router() if prompt.modality == "text" and prompt.text.strip() else None
        return () if router is None else router.neighbours(prompt)


def match_ids(names: Sequence[str], catalogue_ids: Sequence[str]) -> dict[str, str]:
    """Catalogue id -> data set's name: the equal id, else the one with the same letters and digits after the vendor."""

    def plain(identifier: str) -> str:
        return re.sub(r"[^a-z0-9]", "", identifier.rsplit("/", 1)[-1].lower())

    exact = set(catalogue_ids)
    by_plain: dict[str, list[str]] = {}
    for identifier in catalogue_ids:
        by_plain.setdefault(plain(identifier), []).append(identifier)
    matched: dict[str, str] = {}
    for name in names:
        found = [name] if name in exact else by_plain.get(plain(name), [])
        if len(found) == 1:
            matched[found[0]] = name
    return matched
