"""schemathesis against the description of the JSON routes, as an administrator, a municipality's contact and nobody."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actors.people import signed_in_by_a_click
from tests.actors.service import RunningService

EXAMPLES = os.environ.get("GLORIA_TEST_SCHEMATHESIS_EXAMPLES", "60")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    running = RunningService(tmp_path_factory.mktemp("json") / "data", "--port", "0")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GLORIA_LIMITS_REQUESTS_BURST", "1000000")
        running.start()
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("seat", "paths"),
    [
        ("aino", ("/api/kiosks", "/api/staff", "/api/audit", "/api/line-checks", "/api/openapi.json", "/healthz")),
        ("kirsi", ("/api/kiosks", "/api/figures")),
        ("", ("/api/kiosk/enrol", "/api/line-check", "/api/line-check/result", "/i18n/{code}.json")),
    ],
)
def test_the_json_routes_are_as_described(
    service: RunningService, tmp_path: Path, seat: str, paths: tuple[str, ...]
) -> None:
    with urllib.request.urlopen(f"{service.url}/api/openapi.json") as answer:
        description = json.load(answer)
    # The cookie's name holds the seat's id.
    description["components"]["securitySchemes"]["cookie"]["name"] = f"gloria-{seat}"
    (tmp_path / "openapi.json").write_text(json.dumps(description))
    config = tmp_path / "schemathesis.toml"
    if seat:
        token = asyncio.run(signed_in_by_a_click(service.url, seat))
        config.write_text(f'[auth.openapi.cookie]\napi_key = "{token}"\n')
    else:
        config.write_text("")
    command = [str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(config), "run"]
    command += [str(tmp_path / "openapi.json"), "--url", service.url, "--max-examples", EXAMPLES, "--seed", "20261122"]
    command += ["--phases", "examples,coverage,fuzzing", "--no-color"]
    for path in paths:
        command += ["--include-path", path]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, cwd=tmp_path)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    assert f"{len(paths)} selected" in ended.stdout, ended.stdout
    assert "Traceback" not in service.log.read_text()
