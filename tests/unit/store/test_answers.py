"""Models no room uses yet still load and answer right: text on pictures, a wake word, and the encoder before quantization."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
import tokenizers
from PIL import Image, ImageDraw, ImageFont

from edge_models.store import Store

pytestmark = pytest.mark.models

FONT = Path(__file__).resolve().parents[3] / "var" / "fonts" / "NotoSansCJKsc-Regular.otf"
TEXT = "公民身份号码 440301197001011234"
Pixels = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def store(models_dir: Path) -> Store:
    return Store(models_dir)


def session(store: Store, name: str) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(store.path(name)), providers=["CPUExecutionProvider"])


def written(text: str, height: int, width: int, size: int, at: tuple[int, int]) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).text(at, text, font=ImageFont.truetype(str(FONT), size), fill="black")
    return picture


def planes(picture: Image.Image, mean: tuple[float, ...], spread: tuple[float, ...]) -> Pixels:
    """Return (1, 3, height, width) in BGR order, as PP-OCR was trained."""
    pixels = np.asarray(picture, np.float32)[:, :, ::-1] / 255
    return ((pixels - np.float32(mean)) / np.float32(spread)).transpose(2, 0, 1)[None].astype(np.float32)


def test_text_is_found_where_it_stands(store: Store):
    picture = written(TEXT, 320, 640, 32, (60, 140))
    found = session(store, "ocr-detect").run(
        None, {"x": planes(picture, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))}
    )[0][0, 0]
    left, top, width, height = cv2.boundingRect((found > 0.3).astype(np.uint8))
    assert 40 < left < 90
    assert 120 < top < 165
    assert width > 400
    assert height < 60


def test_a_rendered_line_is_read(store: Store):
    reader = session(store, "ocr-read")
    stored = onnx.load(str(store.path("ocr-read"))).metadata_props
    signs = ["", *next(row.value for row in stored if row.key == "character").split("\n"), " "]
    picture = written(TEXT, 48, 640, 32, (6, 0))
    best = reader.run(None, {"x": planes(picture, (0.5,) * 3, (0.5,) * 3)})[0][0].argmax(-1)
    kept = [best[at] for at in range(len(best)) if best[at] and (at == 0 or best[at] != best[at - 1])]
    assert "".join(signs[sign] for sign in kept).replace(" ", "") == TEXT.replace(" ", "")


def test_the_wake_word_embedding_tells_a_sound_from_another(store: Store):
    listener = session(store, "wake-word")
    time_s = np.arange(32_000) / 16_000

    def embed(sound: npt.NDArray[np.float64]) -> Pixels:
        vectors = listener.run(None, {listener.get_inputs()[0].name: sound[None].astype(np.float32)})[0]
        mean = vectors.reshape(-1, 96).mean(0)
        return mean / np.linalg.norm(mean)

    rising, again = (embed(0.3 * np.sin(2 * np.pi * (300 + 200 * time_s) * time_s + phase)) for phase in (0.0, 1.0))
    noise = embed(np.random.default_rng(3).normal(0, 0.1, len(time_s)))
    assert rising @ again > rising @ noise + 0.1


def test_quantization_keeps_the_place_of_a_sentence(store: Store):
    cutter = tokenizers.Tokenizer.from_file(str(store.path("e5-tokenizer")))
    small, whole = session(store, "e5-small"), session(store, "e5-small-float")
    for sentence in ("我的银行卡丢了，帮我挂失", "where is the nearest branch", "他让我把钱转到安全账户"):
        ids = np.array([cutter.encode(f"query: {sentence}").ids])
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        one, two = (model.run(["embedding"], feed)[0][0] for model in (small, whole))
        assert one @ two > 0.985
