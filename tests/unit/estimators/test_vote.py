"""The paper's two routers: votes of neighbours, and labels of medoids."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turnout.errors import NotFitted
from turnout.estimators.medoid import Medoids
from turnout.estimators.vote import LabelVote


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True))
def test_every_k_has_the_votes_that_counting_gives(seed, ks):
    rng = np.random.default_rng(seed)
    train, test, label = unit(rng.normal(size=(30, 6))), unit(rng.normal(size=(5, 6))), rng.integers(0, 4, 30)
    shares = LabelVote(4).fit(train, label).shares(test, ks)
    nearest = np.argsort(-(test @ train.T), axis=1, kind="stable")
    for k in ks:
        counted = [np.bincount(label[row[:k]], minlength=4) / min(k, 30) for row in nearest]
        np.testing.assert_allclose(shares[k], counted, atol=1e-6)


def test_a_large_batch_is_the_same_as_one_by_one():
    rng = np.random.default_rng(0)
    vote = LabelVote(3).fit(unit(rng.normal(size=(400, 8))), rng.integers(0, 3, 400))
    test = unit(rng.normal(size=(300, 8)))
    batch = vote.shares(test, [7])[7]
    np.testing.assert_array_equal(batch, np.vstack([vote.shares(test[i : i + 1], [7])[7] for i in range(300)]))


def test_a_medoid_is_the_member_nearest_to_all_of_its_cluster():
    rng = np.random.default_rng(1)
    kind = np.repeat([0, 1, 2], 30)
    features = unit(np.eye(8)[kind] + rng.normal(size=(90, 8)) * 0.15)
    rows = Medoids().fit(features, 3).rows(3)
    assert sorted(kind[rows]) == [0, 1, 2]
    for row in rows:  # on unit rows the highest cosine to the centre is the least sum of cosine distances
        members = features[kind == kind[row]]
        assert (features[row] @ members.T).sum() == pytest.approx((members @ members.T).sum(axis=1).max(), rel=1e-5)


def test_a_prompt_goes_to_the_nearest_medoid_whatever_its_length():
    rng = np.random.default_rng(2)
    features = unit(rng.normal(size=(60, 5)))
    found = Medoids().fit(features * rng.uniform(0.2, 3, size=(60, 1)), 10)
    rows = found.rows(10)
    assert len(set(rows.tolist())) == 10
    assert found.nearest(features[rows], rows).tolist() == rows.tolist()


def test_equal_prompts_are_one_cluster():
    found = Medoids().fit(np.repeat(unit(np.eye(2)), 20, axis=0), 8)
    assert len(found.seeds_) == 2
    assert len(found.rows(8)) == 2


def test_unfitted_use_and_unequal_lengths_are_refused():
    with pytest.raises(NotFitted):
        LabelVote(2).shares(np.eye(2, dtype=np.float32), [1])
    with pytest.raises(NotFitted):
        Medoids().rows(1)
    with pytest.raises(ValueError, match="2 vectors for 3 labels"):
        LabelVote(2).fit(np.eye(2), np.zeros(3))
