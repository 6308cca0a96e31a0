"""What a request costs at each model: by tokens, by time, by an old bill, or nobody knows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from turnout.pricing import RequestPrices
from turnout.types import Model, Price, Prompt

NAN = float("nan")
amounts = st.none() | st.floats(0, 100)
prices = st.builds(Price, input_per_mtok=amounts, output_per_mtok=amounts, per_second=amounts)
rows = st.tuples(prices, st.floats(0, 2000), st.floats(0.01, 60) | st.just(NAN), st.floats(1e-6, 1) | st.just(NAN))
prompts = st.builds(
    Prompt,
    text=st.text(max_size=40),
    max_output_tokens=st.none() | st.integers(1, 3000),
    token_count=st.none() | st.integers(0, 5000),
)


@given(st.lists(rows, min_size=1, max_size=6), st.lists(prompts, min_size=1, max_size=4))
def test_a_table_of_prices_says_what_each_price_says(models, asked):
    listed, produced, seconds, bills = zip(*models, strict=True)
    table = RequestPrices(
        [Model(f"m{j}", "p", f"m{j}", price) for j, price in enumerate(listed)],
        usual_input_tokens=300,
        output_tokens=produced,
        latency_s=np.array(seconds),
        bills=np.array(bills),
    )
    costs = table.costs(asked)
    assert costs.shape == (len(asked), len(models))
    for i, prompt in enumerate(asked):
        for j, price in enumerate(listed):
            own = price.cost_usd(
                prompt.tokens if prompt.text else 300,
                min(produced[j], prompt.max_output_tokens or np.inf),
                None if np.isnan(seconds[j]) else seconds[j],
            )
            assert table.billed[j] == (own is None and np.isfinite(bills[j]))
            np.testing.assert_equal(costs[i, j], bills[j] if own is None else own)
