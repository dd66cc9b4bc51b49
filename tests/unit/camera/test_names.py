"""Camera names: numbers, stable names, streams and films; what is not there is said with what is."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from firmware_bridge.camera.names import Named, named, present, shown
from guitai.cli.configure import configure
from guitai.errors import GuitaiError


@pytest.fixture
def devices(tmp_path):
    """A /dev with two cameras and their names of udev."""
    (tmp_path / "v4l/by-id").mkdir(parents=True)
    (tmp_path / "guitai").mkdir()
    for number in (0, 2):
        (tmp_path / f"video{number}").touch()
    (tmp_path / "v4l/by-id/usb-Acme_Eye-video-index0").symlink_to("../../video2")
    (tmp_path / "guitai/camera-customer").symlink_to("../video2")
    return tmp_path


def test_a_stable_name_is_followed_to_the_device_of_today(devices):
    for name in ("guitai/camera-customer", "v4l/by-id/usb-Acme_Eye-video-index0", "video2"):
        assert named(str(devices / name), devices) == Named("device", "2", endless=True)
    assert named("1", devices) == Named("device", "1", endless=True)


def test_what_is_not_there_is_said_with_what_is(devices):
    with pytest.raises(GuitaiError) as caught:
        named(str(devices / "guitai/camera-document"), devices)
    assert caught.value.code == "camera.no_device"
    assert "usb-Acme_Eye" in caught.value.english()
    assert present(devices)[0].endswith("guitai/camera-customer")


def test_without_stable_names_numbers_are_offered(tmp_path):
    (tmp_path / "video7").touch()
    assert present(tmp_path) == [str(tmp_path / "video7")]
    with pytest.raises(GuitaiError, match=r"none"):
        named(str(tmp_path / "x/video0"), tmp_path / "x")


@pytest.mark.parametrize("address", ["rtsp://user:secret@10.0.0.7/stream", "udp://127.0.0.1:9000", "http://a/b.mjpg"])
def test_a_stream_is_live_and_its_password_stays_out_of_the_log(address):
    assert named(address) == Named("network", address, endless=True)
    assert "secret" not in shown(address)
    assert shown(address).startswith(address.partition("://")[0] + "://")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("rtsp://u:p@ss@h/x", "rtsp://h"),
        ("http://h/x?user=a&pwd=b", "http://h"),
        ("rtsp://u:p/w@h", "rtsp://…"),
        ("rtsp://u:p?w#@h:554/x", "rtsp://…"),
        ("rtsp://u:p@ss/w@h", "rtsp://…"),
        ("http://h/x?pwd=s@cret", "http://…"),
        ("RTMP://u:p@h:1935/x", "RTMP://h:1935"),
        ("rtsp://[fe80::1]:554/user=a_password=b", "rtsp://[fe80::1]:554"),
        ("udp://127.0.0.1:9000", "udp://127.0.0.1:9000"),
        ("/dev/video0", "/dev/video0"),
        ("a@b/film.avi", "a@b/film.avi"),
    ],
)
def test_only_scheme_host_and_port_of_a_stream_are_told(address, told):
    assert shown(address) == told


def test_a_pipe_ends_for_good_and_a_film_does_not(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert named(str(tmp_path / "pipe")).endless
    assert not named(str(tmp_path / "film.avi")).endless


def test_config_show_keeps_the_password(monkeypatch):
    monkeypatch.setenv("GUITAI__CAMERA__SOURCE", "rtsp://user:opensesame@10.0.0.7/stream")
    shown_config = CliRunner().invoke(configure, ["show"], obj=()).stdout
    assert "camera.source = rtsp://***@10.0.0.7/stream" in shown_config
    assert "opensesame" not in shown_config
