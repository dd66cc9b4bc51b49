"""Whisper in torch, read from its CTranslate2 file, with low-rank adapters (Hu et al. 2021, arXiv:2106.09685).

The maps keep CTranslate2's grouping (query, key and value of self-attention are one), so that what is learned is added to
the file's own matrices. The outputs agree with CTranslate2's float32 run to 4e-4.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from edge_models.prepare.whisper import read

HEADS, LAYERS = 8, 6
DROPOUT = 0.1
RATE_HZ, WINDOW, HOP, MELS = 16_000, 400, 160, 80


class Adapted(nn.Module):
    """A frozen linear map plus ``up @ down`` where `rank` is not 0."""

    def __init__(self, weights, name: str, rank: int) -> None:
        super().__init__()
        weight = _tensor(weights[f"{name}/weight"])
        self.name, self.rank = f"{name}/weight", rank
        self.register_buffer("weight", weight, persistent=False)
        self.register_buffer("bias", _tensor(weights[f"{name}/bias"]), persistent=False)
        if rank:
            self.down = nn.Parameter(torch.randn(rank, weight.shape[1]) / math.sqrt(weight.shape[1]))
            self.up = nn.Parameter(torch.zeros(weight.shape[0], rank))
            self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x):
        plain = functional.linear(x, self.weight, self.bias)
        if not self.rank:
            return plain
        return plain + functional.linear(functional.linear(self.dropout(x), self.down), self.up)


class Norm(nn.Module):
    def __init__(self, weights, name: str) -> None:
        super().__init__()
        self.register_buffer("gain", _tensor(weights[f"{name}/gamma"]), persistent=False)
        self.register_buffer("shift", _tensor(weights[f"{name}/beta"]), persistent=False)

    def forward(self, x):
        return functional.layer_norm(x, (x.shape[-1],), self.gain, self.shift)


class Layer(nn.Module):
    """One layer of the encoder, or of the decoder where `looks` (it then attends to the sound)."""

    def __init__(self, weights, name: str, looks: bool, rank: int) -> None:
        super().__init__()
        self.looks = looks
        self.norm = Norm(weights, f"{name}/self_attention/layer_norm")
        self.inner = Adapted(weights, f"{name}/self_attention/linear_0", rank)
        self.inner_out = Adapted(weights, f"{name}/self_attention/linear_1", rank)
        if looks:
            self.look_norm = Norm(weights, f"{name}/attention/layer_norm")
            self.query = Adapted(weights, f"{name}/attention/linear_0", rank)
            self.memory = Adapted(weights, f"{name}/attention/linear_1", rank)
            self.look_out = Adapted(weights, f"{name}/attention/linear_2", rank)
        self.wide_norm = Norm(weights, f"{name}/ffn/layer_norm")
        self.wide = Adapted(weights, f"{name}/ffn/linear_0", rank)
        self.narrow = Adapted(weights, f"{name}/ffn/linear_1", rank)

    def forward(self, x, sound=None):
        x = x + self.inner_out(_attend(*self.inner(self.norm(x)).chunk(3, -1), causal=self.looks))
        if self.looks:
            x = x + self.look_out(_attend(self.query(self.look_norm(x)), *self.memory(sound).chunk(2, -1)))
        return x + self.narrow(functional.gelu(self.wide(self.wide_norm(x))))


class Whisper(nn.Module):
    """`lower` gives the sound's state below the adapted encoder layers, `upper` the rest, `words` the decoder's state."""

    def __init__(self, file: Path, first_adapted: int, rank: int) -> None:
        super().__init__()
        weights = {tensor.name: tensor.floats() for tensor in read(file).tensors if tensor.is_float16}
        self.first = first_adapted
        self.convolutions = [
            (_tensor(weights[f"encoder/{n}/weight"]), _tensor(weights[f"encoder/{n}/bias"])) for n in ("conv1", "conv2")
        ]
        self.frames = _tensor(weights["encoder/position_encodings/encodings"])
        self.places = _tensor(weights["decoder/position_encodings/encodings"])
        self.register_buffer("vocabulary", _tensor(weights["decoder/embeddings/weight"]), persistent=False)
        self.encoder = nn.ModuleList(
            Layer(weights, f"encoder/layer_{i}", False, rank if i >= first_adapted else 0) for i in range(LAYERS)
        )
        self.decoder = nn.ModuleList(Layer(weights, f"decoder/layer_{i}", True, rank) for i in range(LAYERS))
        self.encoder_norm, self.decoder_norm = Norm(weights, "encoder/layer_norm"), Norm(weights, "decoder/layer_norm")

    @torch.no_grad()
    def lower(self, mel):
        """(B, 80, T) to (B, T / 2, 512)."""
        x = functional.gelu(functional.conv1d(mel, *self.convolutions[0], padding=1))
        x = functional.gelu(functional.conv1d(x, *self.convolutions[1], stride=2, padding=1)).transpose(1, 2)
        x = x + self.frames[: x.shape[1]]
        for layer in self.encoder[: self.first]:
            x = layer(x)
        return x

    def upper(self, x):
        for layer in self.encoder[self.first :]:
            x = layer(x)
        return self.encoder_norm(x)

    def words(self, sound, ids):
        x = functional.embedding(ids, self.vocabulary) + self.places[: ids.shape[1]]
        for layer in self.decoder:
            x = layer(x, sound)
        return self.decoder_norm(x)

    def adapted(self):
        """Yield every map that learns."""
        return (module for module in self.modules() if isinstance(module, Adapted) and module.rank)


def spectrum(wave):
    """Return the log-mel spectrum Whisper takes, (80, T), of a 16 kHz wave."""
    power = torch.stft(wave, WINDOW, HOP, window=torch.hann_window(WINDOW), return_complex=True)[..., :-1].abs() ** 2
    log = torch.clamp(_FILTERS @ power, min=1e-10).log10()
    return (torch.maximum(log, log.max() - 8) + 4) / 4


def _attend(query, key, value, causal=False):
    parts = [x.unflatten(-1, (HEADS, -1)).transpose(1, 2) for x in (query, key, value)]
    return functional.scaled_dot_product_attention(*parts, is_causal=causal).transpose(1, 2).flatten(2)


def _tensor(values):
    return torch.tensor(np.array(values, np.float32))


def _filters():
    """Slaney's mel filters: linear to 1 kHz, logarithmic above, of equal area."""
    step, bend = 200 / 3, math.log(6.4) / 27
    edges = np.linspace(0, 15 + math.log(RATE_HZ / 2 / 1000) / bend, MELS + 2)
    edges_hz = np.where(edges < 15, edges * step, 1000 * np.exp(bend * (edges - 15)))
    ramps = edges_hz[:, None] - np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    widths = np.diff(edges_hz)[:, None]
    filters = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1], ramps[2:] / widths[1:]))
    return _tensor(filters * (2 / (edges_hz[2:] - edges_hz[:-2]))[:, None])


_FILTERS = _filters()
