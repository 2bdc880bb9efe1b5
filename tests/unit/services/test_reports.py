"""The pages of a workspace over HTTP: those, and nothing else."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from penstock.effects.champions.store import Store
from penstock.services.reports import Server, serve

PARAMS = """\
seed: 0
threads: 1
projects:
  bank: {task: classification, candidates: [plain], source: {}, protocol: {}}
candidates:
  bank-plain: {project: bank, name: plain, task: classification, model: plain}
"""
DECISION = {
    "id": "2026-01-01-first",
    "at": "2026-01-01T00:00:00Z",
    "outcome": "promoted",
    "challenger": {"candidate": "plain"},
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PENSTOCK_CHAMPIONS", raising=False)
    root = tmp_path / "workspace"
    reports = root / "reports" / "bank"
    (reports / "plots").mkdir(parents=True)
    (root / "params.yaml").write_text(PARAMS)
    (root / "dvc.yaml").write_text("stages: {}\n")
    (reports / "index.html").write_text("<p>the report ü</p>")
    (reports / "gate.html").write_text("<p>the gate</p>")
    (reports / "plots" / "roc.csv").write_text("x,y\n")
    (reports / "predictions.parquet").write_bytes(b"PAR1")
    (reports / ".hidden.html").write_text("hidden")
    (tmp_path / "secret.html").write_text("secret")
    (root / "secret.html").write_text("secret")
    (reports / "out.html").symlink_to(tmp_path / "secret.html")
    (root / ".penstock").mkdir()
    (root / ".penstock" / "key.json").write_text("{}")
    Store.open(root).write_decision("bank", DECISION, "<p>why</p>")
    return root


@pytest.fixture
def server(root: Path) -> Iterator[Server]:
    one = serve(root, "127.0.0.1", 0)
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def get(
    server: Server, path: str, method: str = "GET", host: str | None = None
) -> tuple[int, str, str]:
    """Status, kind and text; the path is sent as it is, which no browser would do."""
    port = server.server_address[1]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"127.0.0.1:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Content-Type") or "", text


def test_the_first_page_leads_to_report_gate_and_decisions(server: Server) -> None:
    status, kind, text = get(server, "/")
    assert (status, kind) == (200, "text/html; charset=utf-8")
    for path in (
        "/reports/bank/index.html",
        "/reports/bank/gate.html",
        "/champions/bank/decisions/2026-01-01-first.html",
    ):
        assert f'href="{path}"' in text
        assert get(server, path)[0] == 200
    assert "no champion yet" in text
    assert "2026-01-01 00:00 · plain · promoted" in text


def test_the_pages_of_a_run_on_a_branch_stand_beside_those_of_the_workspace(
    server: Server, root: Path
) -> None:
    tree = root / ".penstock" / "worktrees" / "penstock-nightly"
    (tree / "reports" / "bank").mkdir(parents=True)
    (tree / "reports" / "bank" / "index.html").write_text("<p>by night</p>")
    (tree / "index.html").write_text("no page")
    link = "/worktrees/penstock-nightly/reports/bank/index.html"
    assert link in get(server, "/")[2]
    assert get(server, link)[2] == "<p>by night</p>"
    assert get(server, "/worktrees/penstock-nightly/index.html")[0] == 404
    assert get(server, "/worktrees/reports/../../key.json")[0] == 404


def test_a_page_comes_as_it_was_written(server: Server) -> None:
    assert get(server, "/reports/bank/index.html")[2] == "<p>the report ü</p>"
    assert get(server, "/reports/bank/plots/roc.csv")[1] == "text/csv; charset=utf-8"
    assert get(server, "/champions/bank/decisions/2026-01-01-first.html")[2] == "<p>why</p>"
    assert get(server, "/reports/bank/index.html", "HEAD")[::2] == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/secret.html",
        "/reports/../secret.html",
        "/reports/bank/../../../secret.html",
        "/reports/bank/%2e%2e/%2e%2e/secret.html",
        "/reports/bank/..%2f..%2f..%2fsecret.html",
        "/reports/bank/..%5c..%5csecret.html",
        "//secret.html",
        "/reports//secret.html",
        "/reports/bank/out.html",
        "/reports/bank/.hidden.html",
        "/.penstock/key.json",
        "/reports/bank/predictions.parquet",
        "/reports/bank/",
        "/reports/bank/none.html",
        f"/reports/bank/{'n' * 300}.html",
        "/reports/bank/index.html%00.html",
        "/champions/bank.json",
        "/champions/bank/decisions/none.html",
        "/champions/bank/../bank/decisions/x.html",
        "/params.yaml",
        "/reports",
    ],
)
def test_no_path_leads_anywhere_else(server: Server, path: str) -> None:
    status, _, text = get(server, path)
    assert status == 404
    assert "secret" not in text
    assert "hidden" not in text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(server: Server, root: Path, method: str) -> None:
    before = sorted(root.rglob("*"))
    assert get(server, "/reports/bank/index.html", method)[0] == 501
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("host", ["evil.example.org", "evil.example.org:80", "10.0.0.1", "["])
def test_a_name_of_somebody_elses_is_refused(server: Server, host: str) -> None:
    assert get(server, "/", host=host)[0] in {400, 403}


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80"])
def test_every_name_of_this_machine_is_ours(server: Server, host: str) -> None:
    assert get(server, "/", host=host)[0] == 200


def test_a_workspace_that_is_broken_says_so_and_is_mended_without_a_restart(
    server: Server, root: Path
) -> None:
    (root / "params.yaml").write_text("projects: [")
    status, _, text = get(server, "/")
    assert status == 503
    assert "params.yaml" in text
    assert get(server, "/reports/bank/index.html")[0] == 200
    (root / "params.yaml").write_text(PARAMS)
    assert get(server, "/")[0] == 200


def test_names_of_the_users_are_escaped(server: Server, root: Path) -> None:
    (root / "reports" / "bank" / "<b>.html").write_text("x")
    text = get(server, "/")[2]
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_a_project_that_is_not_built_says_what_builds_it(server: Server, root: Path) -> None:
    for page in (root / "reports" / "bank").glob("*.html"):
        page.unlink()
    assert "penstock run evaluate@bank" in get(server, "/")[2]
