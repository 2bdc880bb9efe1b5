"""The graph that dvc.yaml compiles to; what fails here after an upgrade is what DVC changed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from penstock.core.documents import read_yaml
from penstock.core.errors import ParamsError, UnknownName
from penstock.engine.graph.compile import compile_graph
from penstock.engine.graph.order import order_lock
from penstock.engine.graph.repository import GraphError
from penstock.engine.graph.survey import find_stale
from penstock.engine.stages import Reason
from tests.toy_graph import DVC_YAML, make_toy, repro


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return make_toy(tmp_path / "toy")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_toy(tmp_path_factory.mktemp("built"))
    repro(root)
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built_once, tmp_path / "toy", symlinks=True))


def said(root: Path) -> dict[str, list[str]]:
    return {address: [str(one) for one in reasons] for address, reasons in find_stale(root).items()}


def test_the_upstream_of_a_stage_is_what_makes_its_deps(toy: Path) -> None:
    stages = compile_graph(toy).stages
    assert {address: stage.upstream for address, stage in stages.items()} == {
        "fetch@a": (),
        "fetch@b": (),
        "join": ("fetch@a", "fetch@b"),
        "sign": ("join",),
    }


def test_a_stage_says_its_command_files_params_and_meta(toy: Path) -> None:
    stage = compile_graph(toy).stages["fetch@a"]
    assert stage.cmd == "python step.py a data/a.txt source-a.txt"
    assert stage.deps == ("source-a.txt", "step.py")
    assert stage.outs == ("data/a.txt",)
    assert stage.params == ("sources.a.n",)
    assert (stage.meta.cores, stage.meta.memory) == (1, "1GiB")
    assert (stage.meta.timeout_seconds, stage.meta.retries) == (60, 0)


def test_stages_come_in_the_order_in_which_dvc_runs_them(built: Path) -> None:
    assert list(compile_graph(built).stages) == list(read_yaml(built / "dvc.lock")["stages"])


def test_addresses_do_not_depend_on_where_the_process_stands(
    toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "fetch@a" in compile_graph(toy).stages


def test_a_target_brings_its_upstream_and_a_template_all_of_its_stages(toy: Path) -> None:
    graph = compile_graph(toy)
    assert list(graph.select(["join"]).stages) == ["fetch@a", "fetch@b", "join"]
    assert list(graph.select(["fetch"]).stages) == ["fetch@a", "fetch@b"]
    assert graph.select([]) == graph


def test_a_misspelt_target_is_answered_with_the_nearest_name(toy: Path) -> None:
    with pytest.raises(UnknownName, match=r"no stage 'jion' in dvc.yaml; did you mean 'join'\?"):
        compile_graph(toy).select(["jion"])


def test_before_the_first_run_every_stage_is_new(toy: Path) -> None:
    new = [Reason("new", "", "no entry in dvc.lock")]
    assert find_stale(toy) == dict.fromkeys(["fetch@a", "fetch@b", "join", "sign"], new)


def test_after_a_run_no_stage_is_stale(built: Path) -> None:
    assert find_stale(built) == {}


def test_an_edited_dep_makes_its_stage_stale(built: Path) -> None:
    (built / "source-a.txt").write_text("more\n")
    assert said(built) == {"fetch@a": ["deps: source-a.txt modified"]}


def test_a_changed_param_makes_stale_the_one_stage_that_reads_it(built: Path) -> None:
    (built / "params.yaml").write_text("sources:\n  a: {n: 1}\n  b: {n: 2}\n")
    assert said(built) == {"fetch@b": ["params: sources.b.n modified"]}


def test_a_deleted_out_makes_its_stage_stale_and_those_that_read_it(built: Path) -> None:
    shutil.rmtree(built / "joined")
    assert said(built) == {"join": ["outs: joined deleted"], "sign": ["deps: joined deleted"]}


def test_a_changed_command_makes_its_stage_stale(built: Path) -> None:
    (built / "dvc.yaml").write_text(DVC_YAML.replace("step.py sign", "step.py  sign"))
    assert said(built) == {"sign": ["command: changed"]}


def test_changed_meta_makes_no_stage_stale(built: Path) -> None:
    (built / "dvc.yaml").write_text(DVC_YAML.replace("timeout: 1m", "timeout: 2m"))
    assert find_stale(built) == {}


def test_only_the_stages_asked_for_are_looked_at(built: Path) -> None:
    (built / "step.py").write_text("print()")
    assert list(find_stale(built, ["join"])) == ["join"]


def test_a_lock_in_completion_order_is_put_as_dvc_repro_leaves_it(built: Path) -> None:
    path = built / "dvc.lock"
    wanted = path.read_text()
    _shuffle(path, ["sign", "fetch@b", "join", "fetch@a"])
    assert path.read_text() != wanted
    assert order_lock(built, compile_graph(built), before=[])
    assert path.read_text() == wanted


def test_stages_that_were_locked_before_keep_their_places(built: Path) -> None:
    _shuffle(built / "dvc.lock", ["sign", "join", "fetch@b", "fetch@a"])
    assert order_lock(built, compile_graph(built), before=["join", "sign"])
    stages = read_yaml(built / "dvc.lock")["stages"]
    assert list(stages) == ["join", "sign", "fetch@a", "fetch@b"]


def test_a_lock_in_order_is_not_written_again(built: Path) -> None:
    stamp = (built / "dvc.lock").stat().st_mtime_ns
    assert not order_lock(built, compile_graph(built), before=[])
    assert (built / "dvc.lock").stat().st_mtime_ns == stamp


def test_a_misspelt_meta_is_one_clear_error(toy: Path) -> None:
    (toy / "dvc.yaml").write_text(DVC_YAML.replace("retries: 0", "retires: 0"))
    with pytest.raises(ParamsError, match=r"stages\.fetch@a\.meta\.retires.*'retries'") as caught:
        compile_graph(toy)
    assert str(caught.value).startswith("dvc.yaml: 1 problem")


def test_a_cycle_is_one_clear_error(toy: Path) -> None:
    (toy / "dvc.yaml").write_text(DVC_YAML.replace('"source-${key}.txt", step', "joined, step"))
    with pytest.raises(GraphError, match=r"cycl(?s:.*)fix: mend dvc.yaml"):
        compile_graph(toy)


@pytest.mark.parametrize("content", ["stages: [1", "stages: {join: 3}", "[1]"])
def test_a_broken_lock_is_said_of_the_lock_and_how_to_get_it_back(toy: Path, content: str) -> None:
    (toy / "dvc.lock").write_text(content)
    with pytest.raises(GraphError, match=r"^dvc\.lock: (?s:.*)fix: git checkout dvc\.lock "):
        compile_graph(toy)


def test_a_graph_that_was_cut_off_is_no_good_build(toy: Path) -> None:
    (toy / "dvc.yaml").write_text("")
    with pytest.raises(GraphError, match=r"no stage stands in it(?s:.*)git checkout dvc.yaml"):
        find_stale(toy)


def test_a_folder_without_dvc_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="fix: "):
        compile_graph(tmp_path)


def _shuffle(lock: Path, order: list[str]) -> None:
    from dvc.utils.serialize import modify_yaml

    with modify_yaml(str(lock)) as data:
        data["stages"] = {address: data["stages"][address] for address in order}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "params.yaml",
            "sources: [\n",
            r"^params\.yaml: .*, line \d: .*\n  fix: mend params\.yaml",
        ),
        ("params.yaml", "- a\n", r"^params\.yaml: .*\n  fix: mend params\.yaml"),
        ("dvc.yaml", "stages: [\n", r"^dvc\.yaml: .*, line \d: .*\n  fix: mend dvc\.yaml"),
        ("dvc.yaml", "stages: {a: {cmd: x, mata: 1}}\n", r"^dvc\.yaml: .*\n  stages\.a.*\n  fix: "),
        ("dvc.lock", "<<<<<<< HEAD\n", r"^dvc\.lock: [^$]*  fix: git checkout dvc\.lock"),
    ],
)
def test_a_broken_file_is_named_with_the_line_or_the_key(
    toy: Path, file: str, text: str, said: str
) -> None:
    (toy / file).write_text(text)
    with pytest.raises(GraphError, match=said):
        compile_graph(toy)
