"""Results kept by the models they are about."""

from __future__ import annotations

from turnout.recall import Recall
from turnout.types import Model, Price


def model(price: float) -> Model:
    return Model("m", "p", "m", Price(price, price))


def test_the_same_models_are_asked_about_once_and_others_anew():
    kept: Recall[float] = Recall()
    cheap, dear = model(1.0), model(2.0)

    def price(*models: Model, key: str = "text") -> float:
        return kept.get(key, models, lambda: sum(m.price.input_per_mtok or 0 for m in models))

    assert price(cheap) == 1.0
    assert price(dear) == 2.0  # of the same id, and yet another
    assert price(cheap, dear) == 3.0
    assert kept.get("text", [cheap, dear], lambda: 0.0) == 3.0  # a list of the same
    assert kept.get("image", [cheap, dear], lambda: 0.0) == 0.0


def test_objects_that_come_and_go_are_never_taken_for_each_other():
    kept: Recall[float] = Recall()
    for i in range(5_000):  # CPython gives a new object the identity of one just freed
        passing = model(float(i))
        assert kept.get("", [passing], lambda passing=passing: passing.price.input_per_mtok) == i
    assert len(kept._kept) <= 256
