#!/usr/bin/env python3
"""Mutation testing of the optimizers' mathematics: which small change of the code does no test notice?

    pip install tree-sitter tree-sitter-rust
    python3 tools/mutants.py                       # rules, stages, schedules, passes, wrappers, packed state, lanes
    python3 tools/mutants.py rules/adam schedule/  # files whose path contains one of these

All mutants of the committed code are compiled at once, into a copy of the workspace below target/mutants: each place asks, while a test
runs, whether it is the one to change (the environment variable MUTANT names it). So there is one build, each test is run once to see which
places it reaches, and a mutant costs only the tests that reach its place, the quick ones first.

Printed are the mutants that survive, and those that no test reaches. Many a survivor computes the same (a `>` that might be `>=` where equal
values give equal results); each of the others is a test that is missing.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Parser

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "mutants"
COPY = WORK / "copy"
PARSER = Parser(Language(tree_sitter_rust.language()))

FILES = [
    "crates/optim/src/rules",
    "crates/optim/src/stages",
    "crates/optim/src/schedule",
    "crates/optim/src/passes",
    "crates/optim/src/packed",
    "crates/optim/src/lbfgs",
    "crates/optim/src/wrappers",
    "crates/optim/src/kernels.rs",
    "crates/optim/src/roles.rs",
    "crates/optim/src/segment.rs",
    "crates/optim/src/sweep.rs",
    "crates/optim/src/fused.rs",
    "crates/lanes/src",
]
# A test of the compiled code itself, which mutants change by being there.
LEFT_OUT = "codegen"

ARITHMETIC = {"+": "-*", "-": "+/", "*": "+/", "/": "*+", "%": "/*"}
BITS = {"<<": [">>"], ">>": ["<<"], "&": "|^", "|": "&^", "^": "&|"}
COMPARISONS = {
    "<": ["<=", "==", ">"],
    "<=": ["<", "==", ">"],
    ">": [">=", "==", "<"],
    ">=": [">", "==", "<"],
    "==": ["!="],
    "!=": ["=="],
}
LOGIC = {"&&": "||", "||": "&&"}
RESULTS = {
    "f64": ["0.0", "1.0"],
    "f32": ["0.0", "1.0"],
    "T": ["T::ZERO", "T::ONE"],
    "bool": ["true", "false"],
    "usize": ["0", "1"],
    "u64": ["0", "1"],
    "()": [""],
}
# Where mutants make no sense or cannot stand: constants, types, macros.
AS_IT_IS = {
    "const_item",
    "static_item",
    "macro_invocation",
    "macro_definition",
    "attribute_item",
    "array_type",
    "generic_type",
    "type_arguments",
    "enum_item",
    "struct_item",
}

SWITCH = """
extern crate self as thalweg_lanes;
#[doc(hidden)]
pub mod mutants {
    use std::io::Write;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static SEEN: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];
    static ASKED: LazyLock<(usize, usize, Option<String>)> = LazyLock::new(|| {
        let mutant = std::env::var("MUTANT").unwrap_or_default();
        let (place, change) = mutant.split_once('.').unwrap_or(("0", "0"));
        (place.parse().unwrap(), change.parse().unwrap(), std::env::var("MUTANT_REACHED").ok())
    });
    /// The number of the change to make at this place, 0 for none.
    pub fn pick(place: usize) -> usize {
        let (asked, change, reached) = &*ASKED;
        if let Some(file) = reached && !SEEN[place].swap(true, Relaxed) {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
            writeln!(file, "{place}").unwrap();
        }
        if *asked == place { *change } else { 0 }
    }
}
"""


class Source:
    """One file, rewritten so that each of its places can be changed while a test runs."""

    def __init__(self, path, places, dropped):
        self.path, self.places, self.dropped = path, places, dropped
        self.bytes = (COPY / path).read_bytes()
        root = PARSER.parse(self.bytes).root_node
        (COPY / path).write_text(self.rewritten(root))

    def text(self, node):
        return self.bytes[node.start_byte : node.end_byte].decode()

    def place(self, node, original, changes):
        """The number of a new place, or None where the compiler wants none."""
        line = node.start_point[0] + 1
        if (self.path, line) in self.dropped:
            return None
        self.places.append({"file": self.path, "line": line, "original": original, "changes": list(changes)})
        return len(self.places)

    def between(self, node, start, end):
        """The text from start to end, children rewritten."""
        parts, at = [], start
        for child in node.children:
            if start <= child.start_byte and child.end_byte <= end:
                parts += [self.bytes[at : child.start_byte].decode(), self.rewritten(child)]
                at = child.end_byte
        return "".join([*parts, self.bytes[at:end].decode()])

    def is_test(self, node):
        before = node.prev_named_sibling
        while before is not None and before.type in ("attribute_item", "line_comment"):
            if "test" in self.text(before) and before.type == "attribute_item":
                return True
            before = before.prev_named_sibling
        return False

    def rewritten(self, node):
        if node.type in AS_IT_IS or (node.type in ("mod_item", "function_item") and self.is_test(node)):
            return self.text(node)
        special = {
            "function_item": self.function,
            "binary_expression": self.binary,
            "compound_assignment_expr": self.assignment,
            "unary_expression": self.unary,
            "match_expression": self.match,
        }.get(node.type)
        return special(node) if special else self.between(node, node.start_byte, node.end_byte)

    def function(self, node):
        body, result = node.child_by_field_name("body"), node.child_by_field_name("return_type")
        head = self.bytes[node.start_byte : body.start_byte].decode()
        if any(child.type == "function_modifiers" and "const" in self.text(child) for child in node.children):
            return self.text(node)
        result = self.text(result) if result else "()"
        changes = RESULTS.get(result) or (["None"] if result.startswith("Option<") else [])
        changes = changes or (["vec![]"] if result.startswith("Vec<") else [])
        # A function that does that anyway.
        changes = [change for change in changes if self.text(body).strip("{} \n") not in (change, "")]
        name = self.text(node.child_by_field_name("name"))
        place = self.place(node, f"fn {name}", [f"return {change}" for change in changes]) if changes else None
        first = ""
        if place:
            arms = " ".join(f"{number} => return {change}," for number, change in enumerate(changes, 1))
            first = f" match {PICK}({place}) {{ {arms} _ => {{}} }} "
        return head + "{" + first + self.between(body, body.start_byte + 1, body.end_byte - 1) + "}"

    def binary(self, node):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        op = self.text(node.child_by_field_name("operator"))
        if any("let" in side.type for side in (left, right)):
            return self.between(node, node.start_byte, node.end_byte)
        a, b = self.rewritten(left), self.rewritten(right)
        changes = ARITHMETIC.get(op) or BITS.get(op) or COMPARISONS.get(op) or LOGIC.get(op)
        place = self.place(node, op, [changes] if op in LOGIC else changes) if changes else None
        if not place:
            return f"{a} {op} {b}"
        if op in LOGIC:
            return f"(if {PICK}({place}) == 1 {{ ({a}) {changes} ({b}) }} else {{ ({a}) {op} ({b}) }})"
        values = f"(&({a}), &({b}))" if op in COMPARISONS else f"({a}, {b})"
        arms = " ".join(f"{number} => l_ {change} r_," for number, change in enumerate(changes, 1))
        return f"({{ let (l_, r_) = {values}; match {PICK}({place}) {{ {arms} _ => l_ {op} r_ }} }})"

    def assignment(self, node):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        op = self.text(node.child_by_field_name("operator"))[:-1]
        changes = ARITHMETIC.get(op) or BITS.get(op)
        place = self.place(node, f"{op}=", [f"{change}=" for change in changes])
        a, b = self.rewritten(left), self.rewritten(right)
        if not place:
            return f"{a} {op}= {b}"
        arms = " ".join(f"{number} => {a} {change}= r_," for number, change in enumerate(changes, 1))
        return f"{{ let r_ = {b}; match {PICK}({place}) {{ {arms} _ => {a} {op}= r_ }} }}"

    def unary(self, node):
        op, operand = self.text(node)[0], self.rewritten(node.children[-1])
        place = self.place(node, op, [""]) if op in "-!" else None
        if not place:
            return self.between(node, node.start_byte, node.end_byte) if op not in "-!" else op + operand
        return f"(if {PICK}({place}) == 1 {{ {operand} }} else {{ {op}{operand} }})"

    def match(self, node):
        """Arms are left out where a last one takes everything; guards hold always or never."""
        body = node.child_by_field_name("body")
        arms = [child for child in body.children if child.type == "match_arm"]
        catches_all = bool(arms) and self.text(arms[-1].child_by_field_name("pattern")).strip() == "_"
        parts, at = [self.between(node, node.start_byte, body.start_byte)], body.start_byte
        for arm in arms:
            pattern, value = arm.child_by_field_name("pattern"), arm.child_by_field_name("value")
            condition, guards = pattern.child_by_field_name("condition"), []
            text = self.bytes[pattern.start_byte : (condition or pattern).start_byte].decode() if condition else self.text(pattern)
            text = text.rstrip().removesuffix("if")
            if catches_all and arm is not arms[-1]:
                if place := self.place(arm, f"arm {text.strip()[:40]}", ["left out"]):
                    guards.append(f"{PICK}({place}) != 1")
            if condition and "let" in condition.type:
                guards.append(self.text(condition))
            elif condition:
                place, inner = self.place(condition, "guard", ["true", "false"]), self.rewritten(condition)
                guards.append(f"(match {PICK}({place}) {{ 1 => true, 2 => false, _ => {{ {inner} }} }})" if place else f"({inner})")
            parts += [self.bytes[at : pattern.start_byte].decode(), text, " if " + " && ".join(guards) if guards else ""]
            parts += [self.bytes[pattern.end_byte : value.start_byte].decode(), self.rewritten(value)]
            at = value.end_byte
        return "".join([*parts, self.bytes[at : node.end_byte].decode()])


PICK = "thalweg_lanes::mutants::pick"


def build(wanted):
    """The places of all mutants and the test programs that hold them. What the compiler refuses is left out."""
    dropped = set()
    while True:
        WORK.mkdir(parents=True, exist_ok=True)
        subprocess.run(["rm", "-rf", COPY], check=True)
        subprocess.run(["git", "clone", "-q", ROOT, COPY], check=True)
        places = []
        for folder in FILES:
            path = COPY / folder
            for file in sorted(path.rglob("*.rs")) if path.is_dir() else [path]:
                name = str(file.relative_to(COPY))
                if not name.endswith("tests.rs") and any(part in name for part in wanted or [""]):
                    Source(name, places, dropped)
        for crate, more in (("lanes", SWITCH), ("optim", "")):
            lib = COPY / f"crates/{crate}/src/lib.rs"
            text = re.sub(r"#!\[(deny|forbid|warn)[^\]]*\]", "", lib.read_text())
            lib.write_text("#![allow(warnings, clippy::all)]" + text + more)
        settings = [f"--config=profile.dev.{setting}" for setting in ("opt-level=1", "debug=0")]
        command = ["cargo", "test", "-p", "thalweg-optim", "-p", "thalweg-lanes", "--no-run", "--message-format=json", *settings]
        environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "build")}
        done = subprocess.run(command, cwd=COPY, env=environment, stdout=subprocess.PIPE, text=True, check=False)
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode == 0:
            programs = {message["executable"] for message in messages if message.get("executable")}
            return places, sorted(program for program in programs if "/deps/" in program and LEFT_OUT not in program)
        errors = [message["message"] for message in messages if message.get("reason") == "compiler-message"]
        spans = [span for error in errors if error["level"] == "error" for span in error["spans"]]
        refused = {(span["file_name"], span["line_start"]) for span in spans} - dropped
        if not refused:
            sys.exit("the copy does not compile, and not because of a mutant")
        dropped |= refused


class Tests:
    """The tests of some programs, and which places each of them reaches."""

    def __init__(self, programs, jobs):
        self.jobs = jobs
        listed = []
        for program in programs:
            names = self.call(program, ["--list", "--format", "terse"], {}, 60).stdout.splitlines()
            listed += [(program, name.removesuffix(": test")) for name in names if name.endswith(": test")]
        with ThreadPoolExecutor(jobs) as pool:
            self.tests = [test for test in pool.map(self.looked_at, range(len(listed)), listed) if test]
        self.tests.sort(key=lambda test: test["seconds"])

    @staticmethod
    def call(program, arguments, environment, limit):
        environment = {**os.environ, "RUST_BACKTRACE": "0", **environment}
        place = COPY / "crates/optim"
        return subprocess.run([program, *arguments], cwd=place, env=environment, capture_output=True, text=True, timeout=limit, check=False)

    def looked_at(self, number, test):
        reached = WORK / f"reached-{number}"
        reached.unlink(missing_ok=True)
        start = time.perf_counter()
        done = self.call(test[0], ["--exact", test[1], "--test-threads=1"], {"MUTANT_REACHED": str(reached)}, 600)
        if done.returncode or "1 passed" not in done.stdout:
            return None
        places = set(map(int, reached.read_text().split())) if reached.exists() else set()
        reached.unlink(missing_ok=True)
        return {"program": test[0], "name": test[1], "seconds": time.perf_counter() - start, "places": places}

    def verdict(self, place, change):
        reaching = [test for test in self.tests if place in test["places"]]
        for first in range(0, len(reaching), 8):
            by_program = collections.defaultdict(list)
            for test in reaching[first : first + 8]:
                by_program[test["program"]].append(test)
            for program, tests in by_program.items():
                names = [test["name"] for test in tests]
                limit = 10 + 8 * sum(test["seconds"] for test in tests)
                try:
                    done = self.call(program, ["--exact", "--test-threads=1", *names], {"MUTANT": f"{place}.{change}"}, limit)
                except subprocess.TimeoutExpired:
                    return "killed"
                if done.returncode:
                    return "killed"
        return "survived" if reaching else "not reached"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", nargs="*", metavar="PART", help="parts of the paths of files to mutate")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at the same time")
    arguments = parser.parse_args()
    places, programs = build(arguments.wanted)
    mutants = [(number, change) for number, place in enumerate(places, 1) for change in range(1, len(place["changes"]) + 1)]
    if not mutants:
        sys.exit(f"no file that can be mutated has {' or '.join(arguments.wanted)} in its path")
    tests = Tests(programs, arguments.jobs)
    print(f"{len(mutants)} mutants, {len(tests.tests)} tests", flush=True)
    count = collections.Counter()

    def judge(mutant):
        number, change = mutant
        verdict, place = tests.verdict(number, change), places[number - 1]
        count[verdict] += 1
        if verdict != "killed":
            print(f"{verdict}: {place['file']}:{place['line']}: {place['original']} → {place['changes'][change - 1]}", flush=True)

    with ThreadPoolExecutor(arguments.jobs) as pool:
        list(pool.map(judge, mutants))
    print(", ".join(f"{number} {verdict}" for verdict, number in sorted(count.items())))


if __name__ == "__main__":
    main()
