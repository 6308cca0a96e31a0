"""k-means with medoids: N prompts stand for all, so that only N have to be answered by every model.

Like `turnout.estimators.vote` it gives a label and no quality, for the reason said there.
"""

from __future__ import annotations

import numpy as np

from turnout.errors import NotFitted
from turnout.types import Array

__all__ = ["Medoids"]


class Medoids:
    """The medoid prompts of k-means clusterings of one set of vectors.

    Source: the paper's code. Clusters are k-means' (Euclidean) on the vectors as they are; a cluster's medoid is the
    member of highest cosine to its centre; a new prompt goes to the medoid of highest cosine.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, features: Array, most: int) -> Medoids:
        """Keep vectors (n, dim) and draw seeds for up to `most` clusters.

        k-means++ draws its seeds one after another, so the first N of many are seeds for N clusters: one drawing does
        for every N.
        """
        from sklearn.cluster import kmeans_plusplus

        self.features_ = np.ascontiguousarray(features, dtype=np.float32)
        most = min(most, len(np.unique(self.features_, axis=0)))
        seeds, _ = kmeans_plusplus(self.features_, most, random_state=self.seed, n_local_trials=1)
        self.seeds_: Array = seeds
        return self

    def rows(self, clusters: int) -> Array:
        """Rows of the medoids of a clustering into that many (at most as many as there are seeds), (clusters,)."""
        from sklearn.cluster import KMeans

        if not hasattr(self, "seeds_"):
            raise NotFitted("Medoids was used before fit")
        start = self.seeds_[: min(clusters, len(self.seeds_))]
        found = KMeans(len(start), init=start, n_init=1, max_iter=100, random_state=self.seed).fit(self.features_)
        cosine = np.einsum("nd,nd->n", self.features_, found.cluster_centers_[found.labels_])
        cosine /= np.linalg.norm(self.features_, axis=1)  # the centre's length is the same for the whole cluster
        order = np.lexsort((np.arange(len(cosine)), -cosine, found.labels_))
        _, first = np.unique(found.labels_[order], return_index=True)
        medoids: Array = order[first]
        return medoids

    def nearest(self, features: Array, medoids: Array) -> Array:
        """The row of the medoid nearest to each vector (n, dim) by cosine: (n,)."""
        kept = self.features_[medoids]
        kept = kept / np.linalg.norm(kept, axis=1, keepdims=True)
        chosen: Array = medoids[np.argmax(features @ kept.T, axis=1)]
        return chosen
