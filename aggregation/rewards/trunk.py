"""From frozen embeddings to the features that the heads read; run once per distinct text, never once per answer.

Shapes: T texts, E embedding, F features, Z landmarks.
"""

import torch
from torch import Tensor, nn

from aggregation.rewards.settings import TrunkKind

EIGENVALUE_FLOOR = 1e-5


def unit_rows(embeddings_TE: Tensor) -> Tensor:
    """Rows scaled to length one; a row of zeros stays zero."""
    length: Tensor = torch.linalg.vector_norm(embeddings_TE, dim=1, keepdim=True)
    return embeddings_TE / length.clamp_min(1e-12)


class LinearTrunk(nn.Module):
    """The embedding itself."""

    kind: TrunkKind = "linear"
    trains = False

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, embeddings_TE: Tensor) -> Tensor:
        return embeddings_TE

    def basis(self) -> Tensor | None:
        """None: an L2 penalty on the head's weights is already the wanted prior."""
        return None


class KernelTrunk(nn.Module):
    """Gaussian kernel to landmark texts: k(x, z) = exp(-|x - z|^2 / 2 l^2).

    A head with an L2 penalty in the basis K^(-1/2) is the maximum a posteriori Gaussian process restricted to the
    landmarks (the Nystroem approximation; exact where every training text is a landmark). On a thousand texts it
    generalises better than a trained layer, which overfits them.

    References
    ----------
    Williams and Seeger (2001). Using the Nystroem method to speed up kernel machines.
    """

    kind: TrunkKind = "kernel"
    trains = False
    landmarks: Tensor

    def __init__(self, landmarks_ZE: Tensor, bandwidth: float) -> None:
        super().__init__()
        if not bandwidth > 0:
            raise ValueError(f"bandwidth={bandwidth} should be positive")
        self.register_buffer("landmarks", landmarks_ZE)
        self.bandwidth = float(bandwidth)
        self.width = len(landmarks_ZE)

    def forward(self, embeddings_TE: Tensor) -> Tensor:
        landmarks = self.landmarks.to(embeddings_TE.dtype)
        square = (embeddings_TE**2).sum(1)[:, None] + (landmarks**2).sum(1)[None, :] - 2.0 * embeddings_TE @ landmarks.T
        return torch.exp(-square.clamp_min(0.0) / (2.0 * self.bandwidth**2))

    def basis(self) -> Tensor:
        """K^(-1/2) of shape (Z, F), without the directions whose eigenvalue vanishes."""
        kernel = self(self.landmarks.to(torch.float64))
        values, vectors = torch.linalg.eigh(kernel)
        kept = values > EIGENVALUE_FLOOR * values.max()
        root: Tensor = vectors[:, kept] / values[kept].sqrt()
        return root


class MlpTrunk(nn.Module):
    """LayerNorm, Linear, GELU, Dropout: a trained trunk for corpora large enough to carry one."""

    kind: TrunkKind = "mlp"
    trains = True

    def __init__(self, embedding: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(embedding), nn.Linear(embedding, hidden), nn.GELU(), nn.Dropout(dropout)
        )
        self.width = hidden
        self.dropout = dropout

    def forward(self, embeddings_TE: Tensor) -> Tensor:
        features: Tensor = self.layers(embeddings_TE)
        return features

    def basis(self) -> None:
        """None, as for the linear trunk."""
        return


Trunk = LinearTrunk | KernelTrunk | MlpTrunk


def median_distance(embeddings_TE: Tensor, *, at_most: int = 2000) -> float:
    """The median distance between two texts, the usual unit of a bandwidth."""
    return float(torch.pdist(embeddings_TE[:at_most]).median()) if len(embeddings_TE) > 1 else 1.0
