"""The manifests of deploy/k8s: each is valid, and together they say one thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.workspace import ROOT

FOLDER = ROOT / "deploy" / "k8s"
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
PAGE = (ROOT / "docs" / "deploy.md").read_text()


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in KUSTOMIZATION["resources"]:
        for one in yaml.safe_load_all((FOLDER / name).read_text()):
            yield f"{name}:{one['kind']}", one


MANIFESTS = dict(manifests())
DEPLOYMENTS = [one for one in MANIFESTS.values() if one["kind"] == "Deployment"]


def test_every_file_is_listed() -> None:
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == set(KUSTOMIZATION["resources"])


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_is_valid_by_the_schemas_of_kubernetes(name: str) -> None:
    kubernetes_validate.validate(MANIFESTS[name], "1.33", strict=True)


def test_a_key_that_kubernetes_does_not_know_would_be_found() -> None:
    broken = json.loads(json.dumps(MANIFESTS["serve.yaml:Deployment"]))
    broken["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, "1.33", strict=True)


@pytest.mark.parametrize("one", DEPLOYMENTS, ids=lambda one: one["metadata"]["name"])
def test_pods_need_no_root_and_write_to_volumes_alone(one: dict[str, Any]) -> None:
    pod = one["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_selectors_find_the_pods_they_mean() -> None:
    labels = {
        d["metadata"]["name"]: d["spec"]["template"]["metadata"]["labels"] for d in DEPLOYMENTS
    }
    for name, one in MANIFESTS.items():
        spec = one.get("spec", {})
        match name.partition(":")[2]:
            case "Service":
                assert spec["selector"] == labels[one["metadata"]["name"]]
            case "Deployment" | "PodDisruptionBudget":
                assert spec["selector"]["matchLabels"] == labels[one["metadata"]["name"]]
            case "NetworkPolicy":
                assert spec["podSelector"]["matchLabels"] == labels[one["metadata"]["name"]]
            case "HorizontalPodAutoscaler":
                assert spec["scaleTargetRef"]["name"] in labels


def test_being_alive_asks_the_server_alone() -> None:
    [container] = MANIFESTS["serve.yaml:Deployment"]["spec"]["template"]["spec"]["containers"]
    paths = {
        kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("liveness", "readiness")
    }
    assert paths == {"liveness": "/healthz", "readiness": "/readyz"}


@pytest.mark.curriculum("O14", of="deploy/k8s/autoscaler.yaml")
def test_the_autoscaler_follows_a_metric_that_the_server_tells() -> None:
    from penstock.serving.metrics import Metrics

    [metric] = MANIFESTS["autoscaler.yaml:HorizontalPodAutoscaler"]["spec"]["metrics"]
    assert f"{metric['pods']['metric']['name']} 0.0".encode() in Metrics().text()


def test_the_page_names_every_secret_and_volume_that_must_be_made() -> None:
    pod = MANIFESTS["serve.yaml:Deployment"]["spec"]["template"]["spec"]
    wanted = {source["secretRef"]["name"] for source in pod["containers"][0]["envFrom"]}
    for volume in pod["volumes"]:
        wanted |= {volume.get("secret", {}).get("secretName")}
        wanted |= {volume.get("persistentVolumeClaim", {}).get("claimName")}
    for name in wanted - {None}:
        assert name in PAGE


def test_jobs_of_the_pool_would_be_let_into_the_namespace() -> None:
    """`restricted` asks this of every pod."""
    assert MANIFESTS["namespace.yaml:Namespace"]["metadata"]["labels"] == {
        "pod-security.kubernetes.io/enforce": "restricted"
    }
    template = json.loads(Path(ROOT, "deploy/pools/kubernetes.json").read_text())
    pod = template["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"]:
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
