"""A runner that plays a workflow: its jobs in their order, each in a folder of its own, with its steps' own scripts.

Played are the actions that the workflows use; a step's script is run by bash as it stands. A run can be run again, all
of it or what failed; an artifact's name can be used once in a run; a runner can die before, within or after any step.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import REPOSITORY
from tests.days.expressions import evaluated, filled, names_a_status
from tests.forge import Forge

Data = dict[str, Any]


@cache
def workflow(name: str) -> Data:
    """A workflow's file. YAML 1.1 takes the key `on` for a truth value."""
    path = REPOSITORY / f".github/workflows/{name}.yml"
    return {"on" if key is True else key: value for key, value in yaml.safe_load(path.read_text("utf-8")).items()}


class Died(Exception):  # noqa: N818 - it says what happened
    """The runner is gone: no step comes after it, whatever its condition."""


@dataclass
class Result:
    """What became of a job, for those after it."""

    result: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[Data] = field(default_factory=list)


@dataclass
class World:
    """What there is beside the repository, and what happens to the runs in it."""

    forge: Forge
    program: Path
    environment: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    dies: set[tuple[str, str]] = field(default_factory=set)
    """Jobs and steps; each is a step's name, with `before ` or `after ` in front of it. Once each."""
    approves: Callable[[str], str] = lambda environment: "approved"
    """What people say of an environment: approved, rejected, or waiting."""
    meanwhile: dict[tuple[str, str], Callable[[], object]] = field(default_factory=dict)
    """What somebody else does before a step of a job. Once each."""
    online: Path | None = None
    deployments: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    last_run: int = 7000
    kill: Callable[[], object] = lambda: None
    """Switches off the machine that runs a step at this moment."""

    def secret(self, names: Iterable[str]) -> dict[str, str]:
        """Those of the secrets that are known under a name."""
        return {name: self.secrets[name] for name in names if name in self.secrets}


class Run:
    """One run of a workflow. `go` plays it until it ends, or until it waits for somebody's approval."""

    def __init__(self, world: World, name: str, event: str, inputs: Mapping[str, str] | None = None) -> None:
        world.last_run += 1
        self.world, self.name, self.event, self.number, self.attempt = world, name, event, world.last_run, 1
        self.inputs = dict(inputs or {})
        self.results: dict[str, Result] = {}
        self.artifacts: dict[str, str] = {}
        self.waits = False

    # ---- the whole run ----

    def go(self) -> Run:
        """Play all jobs that have no result yet."""
        self.waits = False
        self._jobs(workflow(self.name)["jobs"], "", self.world.secrets, self.inputs)
        return self

    def again(self, *, failed_only: bool) -> Run:
        """Run it again: all of it, or what failed and what needs that."""
        self.attempt += 1
        if failed_only:
            again = self._again(workflow(self.name)["jobs"], "", everything=False)
            self.results = {name: each for name, each in self.results.items() if name not in again}
        else:
            self.results = {}
        return self.go()

    def _again(self, jobs: Data, prefix: str, *, everything: bool) -> set[str]:
        """The jobs that failed, and those that need one of them."""
        again: set[str] = set()
        for name, job in jobs.items():
            place = prefix + name
            is_asked = everything or any(prefix + need in again for need in _listed(job.get("needs")))
            if "uses" in job:
                inner = self._again(workflow(_called(job))["jobs"], f"{place}/", everything=is_asked)
                again |= inner | ({place} if inner else set())
            elif is_asked or self.results[place].result not in {"success", "skipped"}:
                again.add(place)
        return again

    @property
    def outcome(self) -> str:
        """How the run stands: success, failure, or waiting."""
        if self.waits:
            return "waiting"
        results = {each.result for each in self.results.values()}
        return "failure" if "failure" in results else "success"

    def _jobs(self, jobs: Data, prefix: str, secrets: Mapping[str, str], inputs: Mapping[str, str]) -> None:
        for name, job in jobs.items():
            if prefix + name in self.results:
                continue
            needs = {need: self.results.get(prefix + need, Result("skipped")) for need in _listed(job.get("needs"))}
            if any(prefix + need not in self.results for need in needs):
                continue  # it waits with what it needs
            self._job(prefix + name, job, needs, secrets, inputs)

    def _job(
        self, place: str, job: Data, needs: dict[str, Result], secrets: Mapping[str, str], inputs: Mapping[str, str]
    ) -> None:
        scope = Scope(self, needs, secrets, inputs)
        if not scope.holds(job.get("if", ""), all(need.result == "success" for need in needs.values())):
            self.results[place] = Result("skipped")
            return
        if "uses" in job:
            self._called(place, job, scope)
            return
        said = self.world.approves(_name_of(job["environment"])) if "environment" in job else "approved"
        if said == "waiting":
            self.waits = True
            return
        if said == "rejected":
            self.results[place] = Result("failure")
            return
        self._tell(place)
        self.results[place] = PlayedJob(self, place, job, scope).play()
        self._tell()

    def _tell(self, running: str = "") -> None:
        """What GitHub says of the run's jobs."""
        jobs = [{"name": name, "status": "completed", "steps": each.steps} for name, each in self.results.items()]
        jobs += [{"name": running, "status": "in_progress", "steps": []}] if running else []
        forge = self.world.forge
        forge.write(jobs={**forge.jobs, f"{self.number}-{self.attempt}": {"jobs": jobs}})

    def _called(self, place: str, job: Data, scope: Scope) -> None:
        """A workflow of this repository, called: its jobs are played here."""
        passed = {key: scope.fill(value) for key, value in job.get("secrets", {}).items()}
        self._jobs(
            workflow(_called(job))["jobs"], f"{place}/", {key: value for key, value in passed.items() if value}, {}
        )
        inner = [each.result for key, each in self.results.items() if key.startswith(f"{place}/")]
        self.results[place] = Result("failure" if "failure" in inner else "success")


class Scope:
    """What a job's expressions can ask for."""

    def __init__(
        self, run: Run, needs: dict[str, Result], secrets: Mapping[str, str], inputs: Mapping[str, str]
    ) -> None:
        self.values: Data = {
            "needs": {name: {"result": each.result, "outputs": each.outputs} for name, each in needs.items()},
            "vars": run.world.variables,
            "secrets": {**secrets, "GITHUB_TOKEN": "secret"},
            "inputs": inputs,
            "github": {
                "ref": "refs/heads/main", "repository": "team/digest", "token": "secret", "event_name": run.event,
                "run_attempt": str(run.attempt), "event": {"repository": {"fork": False}},
            },
            "steps": {}, "runner": {}, "env": {},
        }  # fmt: skip
        self.failed = False

    def holds(self, condition: str, went_well: bool) -> bool:
        """Whether a condition holds, where all before it went well, or not."""
        functions: dict[str, Callable[..., Any]] = {
            "always": lambda: True, "cancelled": lambda: False, "success": lambda: went_well,
            "failure": lambda: not went_well, "contains": lambda text, part: str(part) in str(text),
        }  # fmt: skip
        if not names_a_status(str(condition)) and not went_well:
            return False
        return not condition or bool(evaluated(str(condition), self.values, functions))

    def fill(self, text: object) -> str:
        """A value with its expressions filled in."""
        return filled(str(text), self.values, {})


class PlayedJob:
    """A job on a runner of its own."""

    def __init__(self, run: Run, place: str, job: Data, scope: Scope) -> None:
        self.run, self.world, self.place, self.job, self.scope = run, run.world, place, job, scope
        # The callers of a called workflow are told apart by their path: its jobs are named by its own name.
        self.name = f"{place.split('/')[-2] if '/' in place else run.name}/{place.split('/')[-1]}"
        self.machine = self.world.forge.place / f"runner-{run.number}-{run.attempt}-{place.replace('/', '-')}"
        self.desk, self.temporary = self.machine / "work", self.machine / "temporary"

    def play(self) -> Result:
        """Play its steps; the machine is gone afterwards."""
        shutil.rmtree(self.machine, ignore_errors=True)
        self.world.forge.write(artifacts=self.run.artifacts)
        self.desk.mkdir(parents=True)
        self.temporary.mkdir()
        result = Result("success")
        self.scope.values["runner"] = {"temp": str(self.temporary)}
        self.environment = self.world.forge.environment | self.world.environment | self._built_in()
        self.environment |= {key: self.scope.fill(value) for key, value in self.job.get("env", {}).items()}
        try:
            for step in self.job["steps"]:
                self._step(step, result)
        except Died:
            self.world.log.append(f"{self.name}: the runner died")
            result.result = "failure"
        else:
            outputs = self.job.get("outputs", {})
            result.outputs = {key: self.scope.fill(value) for key, value in outputs.items()}
        finally:
            shutil.rmtree(self.machine, ignore_errors=True)
        return result

    def _built_in(self) -> dict[str, str]:
        run = self.run
        return {
            "RUNNER_TEMP": str(self.temporary), "TMPDIR": str(self.temporary), "GITHUB_RUN_ID": str(run.number),
            "GITHUB_RUN_ATTEMPT": str(run.attempt), "GITHUB_OUTPUT": str(self.temporary / ".outputs"),
            "GITHUB_STEP_SUMMARY": str(self.temporary / ".summary"),
        }  # fmt: skip

    def _step(self, step: Data, result: Result) -> None:
        name = str(step.get("name", step.get("uses", "")))
        happens = self.scope.holds(step.get("if", ""), result.result == "success")
        told: Data = {"name": name, "started_at": "now" if happens else None, "conclusion": None}
        if happens:
            self._dies(f"before {name}")
            self.world.meanwhile.pop((self.name, name), lambda: None)()
            result.steps.append(told)
            is_well = self._action(step) if "uses" in step else self._script(step, name)
            told["conclusion"] = "success" if is_well else "failure"
            if not is_well:
                result.result = "failure"
            if "id" in step:
                self.scope.values["steps"][step["id"]] = {"outputs": self._outputs(), "outcome": told["conclusion"]}
            self._dies(f"after {name}")
        else:
            told["conclusion"] = "skipped"
            result.steps.append(told)

    def _dies(self, moment: str) -> None:
        if (self.name, moment) in self.world.dies:
            self.world.dies.discard((self.name, moment))
            raise Died

    def _outputs(self) -> dict[str, str]:
        path = self.temporary / ".outputs"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return {key: value for key, _, value in (line.partition("=") for line in lines)}

    def _script(self, step: Data, name: str) -> bool:
        environment = self.environment | {key: self.scope.fill(value) for key, value in step.get("env", {}).items()}
        script = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.desk, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.world.kill = lambda: self._kill(script.pid)
        out, _ = script.communicate(timeout=300)
        self.world.log.append(
            f"---- {self.run.number}-{self.run.attempt} {self.name}: {name} ({script.returncode})\n{out}"
        )
        if script.returncode == -signal.SIGKILL:
            raise Died
        return script.returncode == 0

    def _kill(self, group: int) -> None:
        """The machine is switched off: the command too, which is a child of another process."""
        os.killpg(group, signal.SIGKILL)
        os.kill(int((self.temporary / "pid").read_text()), signal.SIGKILL)

    # ---- actions ----

    def _action(self, step: Data) -> bool:
        given = {key: self.scope.fill(value) for key, value in step.get("with", {}).items()}
        action = re.match(r"actions/([\w-]+)@", step["uses"])
        assert action, step["uses"]
        name = action[1].replace("-", "_")
        return bool(getattr(self, f"_{name}")(given))

    def _checkout(self, given: dict[str, str]) -> bool:
        ref = given.get("ref", "main").removeprefix("refs/heads/")
        forge = self.world.forge
        forge.git("clone", "--quiet", "--branch", "main", str(forge.origin), str(self.desk), at=forge.place)
        if ref != "main":
            forge.git("checkout", "--quiet", "--detach", ref, at=self.desk)
        (self.desk / ".venv/bin").mkdir(parents=True)
        (self.desk / ".venv/bin/paper-digest").symlink_to(self.world.program)
        (self.desk / "theme").symlink_to(REPOSITORY / "theme")
        return True

    def _setup_python(self, given: dict[str, str]) -> bool:
        return True

    def _upload_artifact(self, given: dict[str, str]) -> bool:
        name, path = given["name"], self.desk / given["path"]
        if name in self.run.artifacts or not name:
            self.world.log.append(f"an artifact named {name!r} already exists in this run")
            return False
        kept = self.world.forge.place / f"artifact-{self.run.number}-{name}"
        kept.mkdir()
        if path.is_dir():
            shutil.copytree(path, kept, dirs_exist_ok=True, symlinks=True)
        elif path.exists():
            shutil.copy(path, kept)
        elif given.get("if-no-files-found") == "error":
            return False
        self.run.artifacts[name] = str(kept)
        self.world.forge.write(artifacts=self.run.artifacts)
        return True

    _upload_pages_artifact = _upload_artifact

    def _deploy_pages(self, given: dict[str, str]) -> bool:
        place = self.run.artifacts.get(given["artifact_name"])
        if place is None:
            return False
        self.world.online = Path(place)
        self.world.deployments.append(self.world.forge.git("rev-parse", "HEAD", at=self.desk))
        return True


def _called(job: Data) -> str:
    """The name of the workflow that a job calls."""
    name = re.fullmatch(r"\$/\.github/workflows/([\w-]+)\.yml", job["uses"])
    assert name, job["uses"]
    return name[1]


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _name_of(environment: Any) -> str:
    return environment if isinstance(environment, str) else str(environment["name"])
