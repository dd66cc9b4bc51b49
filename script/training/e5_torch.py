"""multilingual-e5-small in torch, with low-rank adapters (Hu et al. 2021, arXiv:2106.09685) on its upper layers."""

from __future__ import annotations

import math
import mmap
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from edge_models.prepare.e5 import Packed

PARTS = ("q", "k", "v", "ao", "fi", "fo")
"""The linear maps of a layer, in the order the graph of edge_models/prepare/e5.py holds them."""

DROPOUT = 0.1
GAIN = 2.0


class Adapted(nn.Module):
    """A frozen linear map plus ``GAIN * up @ down``."""

    def __init__(self, weight, bias, rank: int) -> None:
        super().__init__()
        outputs, inputs = weight.shape
        self.register_buffer("weight", torch.tensor(weight.copy()), persistent=False)
        self.register_buffer("bias", torch.tensor(bias.copy()), persistent=False)
        self.down = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs))
        self.up = nn.Parameter(torch.zeros(outputs, rank))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x):
        small = functional.linear(self.dropout(x), self.down)
        return functional.linear(x, self.weight, self.bias) + GAIN * functional.linear(small, self.up)


class E5(nn.Module):
    """The encoder; `lower` gives the state below the adapted layers, `upper` the unit vector from there."""

    def __init__(self, packed_file: Path, first_adapted: int, rank: int) -> None:
        super().__init__()
        with packed_file.open("rb") as file:
            packed = Packed(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            self.size = size = packed.dimensions
            hidden, wide = size.hidden, size.feed_forward
            self.words = torch.tensor(packed.four_bit("emb.word", size.vocabulary, hidden))
            types = packed.floats("emb.type", size.token_types, hidden)
            self.places = torch.tensor(packed.floats("emb.pos", size.positions, hidden) + types[0])
            self.first_norm = self._norm(packed, "emb.ln")
            self.layers = nn.ModuleList()
            self.norms = []
            for at in range(size.layers):
                shapes = {"fi": (wide, hidden), "fo": (hidden, wide)}
                maps = {}
                for part in PARTS:
                    outputs, inputs = shapes.get(part, (hidden, hidden))
                    name = f"l{at}.{part}"
                    maps[part] = Adapted(
                        packed.four_bit(f"{name}.w", outputs, inputs), packed.floats(f"{name}.b", outputs), rank
                    )
                self.layers.append(nn.ModuleDict(maps))
                self.norms.append((self._norm(packed, f"l{at}.aln"), self._norm(packed, f"l{at}.oln")))
        self.first_adapted = first_adapted
        for layer in self.layers[:first_adapted]:
            layer.requires_grad_(requires_grad=False)
        self.dropout = nn.Dropout(DROPOUT)

    def lower(self, ids, mask):
        x = self.words[ids] + self.places[: ids.shape[1]]
        x = functional.layer_norm(x, (self.size.hidden,), *self.first_norm, self.size.epsilon)
        return self._run(x, mask, 0, self.first_adapted)

    def upper(self, x, mask):
        x = self._run(self.dropout(x), mask, self.first_adapted, self.size.layers)
        present = mask[:, :, None].float()
        return functional.normalize((x * present).sum(1) / present.sum(1), dim=-1)

    def _run(self, x, mask, first: int, last: int):
        size = self.size
        batch, length = mask.shape
        seen = mask[:, None, None, :].bool()

        def norm(x, pair):
            return functional.layer_norm(x, (size.hidden,), *pair, size.epsilon)

        for layer, (after_attention, after_feed) in zip(self.layers[first:last], self.norms[first:last], strict=True):

            def heads(part: str, x=x, layer=layer):
                return layer[part](x).view(batch, length, size.heads, -1).transpose(1, 2)

            mixed = functional.scaled_dot_product_attention(heads("q"), heads("k"), heads("v"), attn_mask=seen)
            joined = mixed.transpose(1, 2).reshape(batch, length, size.hidden)
            x = norm(x + self.dropout(layer["ao"](joined)), after_attention)
            x = norm(x + self.dropout(layer["fo"](functional.gelu(layer["fi"](x)))), after_feed)
        return x

    @staticmethod
    def _norm(packed: Packed, name: str):
        return tuple(torch.tensor(packed.floats(f"{name}.{part}", packed.dimensions.hidden).copy()) for part in "wb")
