"""The figures of a comparison: what they show as plain numbers, and drawn by plotly or Matplotlib."""

from __future__ import annotations

from typing import Any

import numpy as np

# A figure as plain numbers: title, axis names, whether they are logarithmic, and for each rule x, y and perhaps a band.
_COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#b8a800"]


def curves(problem: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for rule in problem["rules"]:
        curves = [run["training_loss"] for run in rule["runs"]]
        longest = max((curve["steps"] for curve in curves), key=len, default=[])
        whole = [curve["values"] for curve in curves if len(curve["values"]) == len(longest)]
        if whole:
            values = np.array(whole, dtype=float)
            lines.append((rule["label"], longest, values.mean(axis=0), (values.min(axis=0), values.max(axis=0))))
    return {"title": f"{problem['name']}: training loss", "x": "step", "y": "loss", "log": (False, True), "lines": lines, "mode": "lines"}


def rates(problem: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for rule in problem["rules"]:
        trials = (rule.get("tuning") or {}).get("trials", [])
        pairs = sorted((trial["learning_rate"], value) for trial in trials for value in trial["values"] if value is not None)
        lines.append((rule["label"], [rate for rate, _ in pairs], [value for _, value in pairs], None))
    return {"title": f"{problem['name']}: what each rate gave", "x": "learning rate", "y": "validation", "log": (True, False),
            "lines": lines, "mode": "lines+markers"}


def finals(problem: dict[str, Any]) -> dict[str, Any]:
    lines = []
    for rule in problem["rules"]:
        values = [run["validation"] if run["test"] is None else run["test"] for run in rule["runs"]]
        lines.append((rule["label"], [rule["label"]] * len(values), values, None))
    return {"title": f"{problem['name']}: final runs", "x": "rule", "y": "figure", "log": (False, False), "lines": lines, "mode": "markers"}


def with_plotly(series: dict[str, Any]) -> Any:
    import plotly.graph_objects as graph

    figure = graph.Figure()
    for place, (label, x, y, band) in enumerate(series["lines"]):
        colour = _COLOURS[place % len(_COLOURS)]
        if band is not None:
            edges = {"x": [*x, *x[::-1]], "y": [*band[1], *band[0][::-1]]}
            figure.add_scatter(**edges, fill="toself", mode="none", fillcolor=colour, opacity=0.15, showlegend=False, hoverinfo="skip")
        figure.add_scatter(x=list(x), y=list(y), mode=series["mode"], name=label, line={"color": colour})
    figure.update_layout(title=series["title"], xaxis_title=series["x"], yaxis_title=series["y"])
    figure.update_xaxes(type="log" if series["log"][0] else None)
    figure.update_yaxes(type="log" if series["log"][1] else None)
    return figure


def with_matplotlib(series: dict[str, Any]) -> Any:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    # It is returned; a notebook shows it once and pyplot keeps no hold of it.
    plt.close(figure)
    for place, (label, x, y, band) in enumerate(series["lines"]):
        colour = _COLOURS[place % len(_COLOURS)]
        style = {"lines": "-", "lines+markers": "o-", "markers": "o"}[series["mode"]]
        axes.plot(x, y, style, color=colour, label=label, markersize=4)
        if band is not None:
            axes.fill_between(x, band[0], band[1], color=colour, alpha=0.15)
    axes.set(title=series["title"], xlabel=series["x"], ylabel=series["y"])
    axes.set_xscale("log" if series["log"][0] else "linear" if series["x"] != "rule" else axes.get_xscale())
    if series["log"][1]:
        axes.set_yscale("log")
    axes.legend()
    return figure
