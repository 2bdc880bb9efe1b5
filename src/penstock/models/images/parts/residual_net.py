"""Residual nets as published, every part under the name it has in published weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn


class BasicBlock(nn.Module):
    """Two convolutions, and the input added (He, Zhang, Ren and Sun 2016, figure 5, left).

    Where shapes differ the input goes through a convolution of 1 × 1 (their option B).
    """

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample: nn.Sequential | None = None
        if stride > 1 or inputs != width:
            convolution = nn.Conv2d(inputs, width, 1, stride, bias=False)
            self.downsample = nn.Sequential(convolution, nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        kept = x if self.downsample is None else self.downsample(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)) + kept)


class ResNet(nn.Module):
    """Stages of basic blocks, each of twice the filters and half the size of the one before.

    (3, 3, 3) of width 16 is ResNet-20 (section 4.2), (2, 2, 2, 2) of 64 with the large stem is
    ResNet-18 (table 1).
    """

    def __init__(
        self,
        classes: int,
        blocks: Sequence[int],
        width: int,
        channels: int = 1,
        large: bool = False,
    ) -> None:
        """`large`: a stem of 7 × 7 in steps of 2 and a pool, for photographs; else 3 × 3."""
        super().__init__()
        kernel = 7 if large else 3
        self.conv1 = nn.Conv2d(
            channels, width, kernel, 2 if large else 1, padding=kernel // 2, bias=False
        )
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, 2, padding=1) if large else nn.Identity()
        stages = []
        inputs = width
        for stage, count in enumerate(blocks):
            outputs, stride = width << stage, 2 if stage else 1
            first = BasicBlock(inputs, outputs, stride)
            stages.append(
                nn.Sequential(first, *(BasicBlock(outputs, outputs, 1) for _ in range(count - 1)))
            )
            inputs = outputs
        self.shown = ("conv1", *(f"layer{number}" for number in range(1, len(stages) + 1)))
        for name, layers in zip(self.shown[1:], stages, strict=True):
            self.add_module(name, layers)
        self.fc = nn.Linear(inputs, classes)
        for one in self.modules():
            if isinstance(one, nn.Conv2d):
                nn.init.kaiming_normal_(one.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.maxpool(torch.relu(self.bn1(self.conv1(x))))
        for name in self.shown[1:]:
            x = self.get_submodule(name)(x)
        logits: torch.Tensor = self.fc(x.mean(dim=(2, 3)))
        return logits
