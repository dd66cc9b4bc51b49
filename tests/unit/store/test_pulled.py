"""Every pulled model verifies, loads and gives a sane answer after our post-processing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tokenizers

from edge_models.catalog import shipped
from edge_models.store import Store
from guitai.errors import GuitaiError


@pytest.fixture(scope="module")
def store(models_dir: Path) -> Store:
    return Store(models_dir)


@pytest.mark.models
@pytest.mark.parametrize("name", list(shipped()))
def test_each_entry_verifies(store: Store, name: str):
    assert store.verify([name]) == {name: None}


@pytest.mark.models
def test_e5_puts_like_sentences_together(store: Store):
    tokenizer = tokenizers.Tokenizer.from_file(str(store.path("e5-tokenizer")))
    session = onnxruntime.InferenceSession(str(store.path("e5-small")))

    def embed(*sentences: str) -> np.ndarray:
        tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
        rows = tokenizer.encode_batch([f"query: {sentence}" for sentence in sentences])
        ids, mask = np.array([row.ids for row in rows]), np.array([row.attention_mask for row in rows])
        return session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]

    asked, same, other = embed("我想给张伟转五千块", "转账五千元给张伟", "今天会下雨吗，要不要带一把大大的雨伞出门")
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-4)
    assert asked @ same > asked @ other + 0.05
    # Padding must not change a sentence's place.
    assert asked @ embed("我想给张伟转五千块")[0] > 0.99


@pytest.mark.models
def test_sface_has_one_input_and_tells_noise_from_noise(store: Store):
    session = onnxruntime.InferenceSession(str(store.path("sface")))
    assert [(value.name, value.shape) for value in session.get_inputs()] == [("data", [1, 3, 112, 112])]
    noise = np.random.default_rng(7).uniform(0, 255, (2, 1, 3, 112, 112)).astype(np.float32)
    one, two = (session.run(None, {"data": picture})[0].ravel() for picture in noise)
    assert one.shape == (128,)
    assert not np.allclose(one, two)


@pytest.mark.models
def test_each_voice_has_the_shape_kokoro_reads(store: Store):
    for voice in store.path("kokoro-voices").glob("*.bin"):
        style = np.fromfile(voice, "<f4").reshape(-1, 256)
        assert len(style) == 510
        assert np.isfinite(style).all()


@pytest.mark.models
@pytest.mark.parametrize("name", list(shipped()))
def test_a_flipped_byte_is_refused(models_dir: Path, tmp_path: Path, name: str):
    first, *others = shipped()[name].files
    copy = tmp_path / name / first.path
    for other in others:
        (tmp_path / name / other.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / other.path).symlink_to(models_dir / name / other.path)
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(models_dir / name / first.path, copy)
    with copy.open("r+b") as file:
        file.seek(first.size // 2)
        was = file.read(1)[0]
        file.seek(first.size // 2)
        file.write(bytes([was ^ 1]))
    with pytest.raises(GuitaiError, match="hash_mismatch"):
        Store(tmp_path).path(name)
    copy.unlink()
