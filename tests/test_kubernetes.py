"""What lies under `deploy/kubernetes` names nothing that Muster does not have."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import WORDS
from tests.cli.test_docs import variables
from tests.web.pages import serving

FOLDER = Path("deploy/kubernetes")
OBJECTS = list(yaml.safe_load_all((FOLDER / "bot.yaml").read_text()))
KUSTOMIZATION = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())


def one(kind: str) -> dict[str, Any]:
    (found,) = [each for each in OBJECTS if each["kind"] == kind]
    return dict(found["spec"])


POD = one("Deployment")["template"]
CONTAINERS = [*POD["spec"]["initContainers"], *POD["spec"]["containers"]]
(BOT,) = POD["spec"]["containers"]


def test_every_part_is_there_and_named_as_the_others_name_it() -> None:
    assert {kind["kind"] for kind in OBJECTS} == {"Deployment", "PodDisruptionBudget", "Service"}
    assert all((FOLDER / name).exists() for name in KUSTOMIZATION["resources"])
    (image,) = KUSTOMIZATION["images"]
    assert {image["name"]} == {container["image"] for container in CONTAINERS}
    labels = POD["metadata"]["labels"]
    assert one("Deployment")["selector"]["matchLabels"] == labels
    assert one("Service")["selector"] == labels
    assert one("PodDisruptionBudget")["selector"]["matchLabels"] == labels
    (secret,) = KUSTOMIZATION["secretGenerator"]
    assert all(
        source == {"secretRef": {"name": secret["name"]}}
        for container in CONTAINERS
        for source in container["envFrom"]
    )
    (process,) = KUSTOMIZATION["configMapGenerator"]
    (volume,) = POD["spec"]["volumes"]
    assert volume["configMap"]["name"] == process["name"]


@pytest.mark.parametrize("container", CONTAINERS, ids=lambda container: str(container["name"]))
def test_what_is_run_is_a_word_of_the_command_line(container: dict[str, Any]) -> None:
    assert container["args"][0] in WORDS


def test_every_setting_is_one() -> None:
    example = (FOLDER / "muster.env.example").read_text().splitlines()
    names = {line.partition("=")[0] for line in example if not line.startswith("#")}
    names |= {each["name"] for each in BOT["env"]}
    assert names <= variables()
    mounted = {each["name"]: each["value"] for each in BOT["env"]}["MUSTER_CONFIG"]
    (mount,) = BOT["volumeMounts"]
    (generated,) = KUSTOMIZATION["configMapGenerator"]
    assert mounted == f"{mount['mountPath']}/{generated['files'][0]}"


@pytest.mark.parametrize("probe", ["livenessProbe", "readinessProbe"])
async def test_what_is_asked_for_a_sign_of_life_answers(probe: str, tmp_path: Path) -> None:
    async with serving(tmp_path) as pages:
        path = BOT[probe]["httpGet"]["path"]
        assert (await (await pages.stranger()).opens(path)).status == 200
