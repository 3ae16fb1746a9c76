"""Do TensorBoard, Optuna and Optuna's dashboard read what `thalweg results` writes for them?

python3 conformance/interchange/results.py FOLDER

FOLDER holds result.json of the comparison, the event files in `runs` and the journal `journal.log`.
"""

import csv
import io
import json
import sys
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna_dashboard import wsgi
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

folder = Path(sys.argv[1])
result = json.loads((folder / "result.json").read_text())

(experiment,) = (folder / "runs").iterdir()
seen = 0
for problem in result["problems"]:
    for rule in problem["rules"]:
        for run in rule["runs"]:
            events = EventAccumulator(str(experiment / problem["name"] / rule["label"] / f"seed-{run['seed']}"))
            events.Reload()
            for name in ("validation_curve", "training_loss"):
                found = events.Scalars(name.removesuffix("_curve"))
                assert [event.step for event in found] == run[name]["steps"]
                assert all(abs(event.value - value) < 1e-6 for event, value in zip(found, run[name]["values"], strict=True))
            seen += 1
assert seen > 0
print(f"tensorboard  {seen} runs")

storage = JournalStorage(JournalFileBackend(str(folder / "journal.log")))
studies = 0
for problem in result["problems"]:
    for rule in problem["rules"]:
        study = optuna.load_study(study_name=f"{result['name']}/{problem['name']}/{rule['label']}", storage=storage)
        tuning = rule["tuning"]
        assert len(study.trials) == len(tuning["trials"])
        for trial, ours in zip(study.trials, tuning["trials"], strict=True):
            assert trial.params["learning_rate"] == ours["learning_rate"]
            for name, value in ours.get("others", {}).items():
                assert trial.params[name] == value, (trial.params, name, value)
            values = ours["values"]
            assert trial.state.is_finished() and (None in values or abs(trial.value - sum(values) / len(values)) < 1e-12)
        higher = problem["metric"] == "accuracy"
        assert study.direction.name == ("MAXIMIZE" if higher else "MINIMIZE")
        best = [sum(t["values"]) / len(t["values"]) for t in tuning["trials"] if None not in t["values"]]
        assert abs(study.best_value - (max(best) if higher else min(best))) < 1e-12
        studies += 1
assert studies > 0
print(f"optuna       {studies} studies")

dashboard = wsgi(storage)


def get(path):
    """What the dashboard's server answers, without a server."""
    said = []
    request = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "after=0", "SERVER_NAME": "localhost",
               "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO()}
    body = b"".join(dashboard(request, lambda status, headers, error=None: said.append(status)))
    assert said == ["200 OK"], (path, said)
    return json.loads(body)


shown = get("/api/studies")["study_summaries"]
assert len(shown) == studies, shown
trials = 0
for study in shown:
    found = get(f"/api/studies/{study['study_id']}")
    assert found["name"] == study["study_name"] and found["best_trials"], study
    assert all(trial["state"] in ("Complete", "Fail") for trial in found["trials"])
    trials += len(found["trials"])
assert trials == sum(len(rule["tuning"]["trials"]) for problem in result["problems"] for rule in problem["rules"])
print(f"dashboard    {len(shown)} studies, {trials} trials")

with open(folder / "cells.csv", newline="") as file:
    rows = list(csv.DictReader(file))
lines = [json.loads(line) for line in open(folder / "cells.jsonl")]
assert len(rows) == len(lines) > 0
for row, line in zip(rows, lines, strict=True):
    assert row["experiment_hash"] == line["experiment_hash"] and experiment.name.endswith(row["experiment_hash"])
    assert row["id"] == line["id"] and int(row["seed"]) == line["seed"]
    assert line["validation"] is None and row["validation"] == "" or float(row["validation"]) == line["validation"]
print(f"cells        {len(rows)}")
