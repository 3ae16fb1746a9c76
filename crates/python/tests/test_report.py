"""`Comparison.report`: the page of a comparison in a file."""

import json

import numpy as np
import pytest

import thalweg
from thalweg import lab

SMALL = {"tuning_trials": 5, "confirmation_seeds": 1, "confirmation_top": 1, "final_seeds": 3, "default_seeds": 0, "boundary_extensions": 0}


@pytest.fixture(scope="module")
def bowl():
    return thalweg.compare("bowl", rules=["sgd", "adam"], protocol=SMALL)


def language(text):
    return text.split('<html lang="', 1)[1].split('"', 1)[0]


def test_the_page_says_what_the_verdict_says_in_both_languages(bowl, tmp_path):
    path = tmp_path / "new" / "x.html"
    assert bowl.report(path) is None
    text = path.read_text(encoding="utf-8")
    assert language(text) == "en" and 'name="generator" content="thalweg ' in text and "plotly" in text
    assert "learning rate" in text and "학습률" in text
    bowl.report(str(path), language="ko")
    assert language(path.read_text(encoding="utf-8")) == "ko"


def test_files_of_others_are_kept_unless_forced(bowl, tmp_path):
    path = tmp_path / "notes.html"
    path.write_text("<!doctype html><p>mine</p>", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"notes\.html is there already.*force=True"):
        bowl.report(path)
    assert path.read_text(encoding="utf-8") == "<!doctype html><p>mine</p>"
    bowl.report(path, force=True)
    # Now it is a page of this program.
    bowl.report(path)
    with pytest.raises(OSError, match="cannot write"):
        bowl.report(tmp_path)


def test_languages_and_comparisons_there_are_not(bowl, tmp_path):
    with pytest.raises(ValueError, match='language is "fr"; there are: en, ko'):
        bowl.report(tmp_path / "x.html", language="fr")
    with pytest.raises(ValueError, match="no comparison of this version"):
        lab.Comparison({"problems": []}).report(tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()


def test_test_images_and_a_problem_written_in_python(tmp_path):
    digits = thalweg.compare("digits", rules=["sgd", "adam"], protocol=SMALL, hidden=[16], epochs=2)
    digits.save(tmp_path / "result.json")
    lab.Comparison.load(tmp_path / "result.json").report(tmp_path / "digits.html")
    assert "data:image/" in (tmp_path / "digits.html").read_text(encoding="utf-8")

    def steep(p, seed, step):
        noise = np.random.default_rng([seed, step]).normal(size=2)
        return float(p["x"] @ p["x"]), {"x": 2 * p["x"] + 0.1 * noise}

    # A rate at which every run diverges.
    rules = [{"name": "sgd", "learning_rate": 1e6}, {"name": "adam", "learning_rate": 0.1}]
    found = thalweg.compare(steep, rules=rules, params={"x": np.array([3.0, 1.0])}, protocol=SMALL, steps=60)
    assert all(row["diverged_at"] for row in found.rows() if row["rule"] == "sgd")
    found.report(tmp_path / "own.html")
    assert "steep" in (tmp_path / "own.html").read_text(encoding="utf-8")


def test_the_page_is_that_of_the_data_alone(bowl, tmp_path):
    again = lab.Comparison(json.loads(json.dumps(bowl.data)))
    for name, result in (("a.html", bowl), ("b.html", again)):
        result.report(tmp_path / name)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
