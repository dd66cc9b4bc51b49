"""Loaded once for all tests that listen: the models, and a customer who speaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from edge_models.speech import engines
from edge_models.speech.asr.whisper import Whisper
from edge_models.speech.customer import Customer, Utterance
from edge_models.speech.tts.kokoro import Kokoro
from edge_models.speech.vad import Vad
from edge_models.store import Store
from guitai.config import Config, Paths

Say = Callable[..., Utterance]


@pytest.fixture(scope="session")
def say(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Say:
    customer = Customer(models_dir, tmp_path_factory.mktemp("customer"))
    return customer.say


@pytest.fixture(scope="session")
def kokoro(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Kokoro:
    paths = Paths(models=models_dir, state=tmp_path_factory.mktemp("state"))
    engine = engines.speaker(Config(paths=paths)).engine
    assert isinstance(engine, Kokoro)
    return engine


@pytest.fixture(scope="session")
def whisper(models_dir: Path) -> Whisper:
    return Whisper(Store(models_dir).path("whisper-base"), 2)


@pytest.fixture
def vad(models_dir: Path) -> Vad:
    return Vad(Store(models_dir).path("silero-vad"))
