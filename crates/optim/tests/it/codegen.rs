//! What the compiler makes of a chain: clip, Adam and decoupled decay are one loop of vectors without a call.
//!
//! Reads this test's own machine code with `objdump`, of binutils, which comes with the linker. Ignored on other systems than
//! x86-64 Linux.

use std::process::Command;
use thalweg_optim::rules::Adam;
use thalweg_optim::stages::{ClipByValue, DecoupledWeightDecay};
use thalweg_optim::{Optimizer, Passes, Rule};

fn disassembly() -> Option<String> {
    let program = std::env::current_exe().ok()?;
    let output =
        Command::new("objdump").args(["-d", "--no-show-raw-insn", "-C"]).arg(program).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Address, and the instruction in words.
fn instructions(function: &str) -> Vec<(u64, String)> {
    function
        .lines()
        .filter_map(|line| {
            let (address, instruction) = line.trim().split_once(':')?;
            Some((u64::from_str_radix(address, 16).ok()?, instruction.trim().to_string()))
        })
        .collect()
}

/// The bodies of loops: from the target of a jump backwards to the jump.
fn loops(code: &[(u64, String)]) -> Vec<&[(u64, String)]> {
    let mut found = Vec::new();
    for (end, (address, instruction)) in code.iter().enumerate() {
        let mut words = instruction.split_whitespace();
        let (Some(jump), Some(target)) = (words.next(), words.next()) else { continue };
        let Ok(target) = u64::from_str_radix(target, 16) else { continue };
        let start = code.iter().position(|(address, _)| *address == target);
        if let (true, Some(start)) = (jump.starts_with('j') && target < *address, start) {
            found.push(&code[start..=end]);
        }
    }
    found
}

#[test]
#[cfg_attr(not(all(target_arch = "x86_64", target_os = "linux")), ignore = "reads code of x86-64 Linux")]
fn a_chain_is_one_vector_loop_without_calls() {
    // Used, so that it is compiled.
    let chain =
        ClipByValue { largest: 1.0 }.then(Adam::torch()).then(DecoupledWeightDecay { weight_decay: 0.01 });
    let mut passes = Passes::<f32>::flat(chain, 100);
    passes.step(&mut [1.0; 100], &[0.5; 100]).unwrap();
    let text = disassembly().expect("objdump, of binutils, reads this program");
    for (instruction_set, register) in [("avx512", "%zmm"), ("avx2", "%ymm")] {
        // With types, `<H as …::dispatch::Home>::avx512::<K>`; without, `…::dispatch::Home::avx512`.
        let is_copy = |symbol: &str| {
            symbol.contains("dispatch::Home") && symbol.contains(&format!("::{instruction_set}"))
        };
        let wanted = |head: &&str| {
            let symbol = head.lines().next().unwrap_or_default();
            is_copy(symbol)
                && ["Apply", "ClipByValue", "Adam", "DecoupledWeightDecay"]
                    .iter()
                    .all(|part| symbol.contains(part))
        };
        let functions: Vec<&str> = text.split("\n\n").filter(wanted).collect();
        if functions.is_empty() {
            // Symbols without types: look for the loop itself anywhere among the copies for this instruction set.
            let any =
                text.split("\n\n").filter(|function| is_copy(function.lines().next().unwrap_or_default()));
            let found = any.filter(|function| is_the_loop(function, register)).count();
            assert!(found > 0, "no {instruction_set} loop holds the whole chain");
            continue;
        }
        assert!(
            functions.iter().any(|function| is_the_loop(function, register)),
            "{instruction_set}: {}",
            functions[0]
        );
    }
}

/// Whether a function has a loop with the chain's clips (minimum, maximum), root and division on vectors of this width, four
/// streams read and three written, and no call inside.
fn is_the_loop(function: &str, register: &str) -> bool {
    let code = instructions(function);
    loops(&code).into_iter().any(|body| {
        let vector = |name: &str| {
            body.iter().filter(|(_, one)| one.starts_with(name) && one.contains(register)).count()
        };
        let stores = body
            .iter()
            .filter(|(_, one)| one.starts_with("vmovup") && one.contains(register) && one.ends_with(')'));
        let calls = body.iter().any(|(_, one)| one.starts_with("call"));
        let selects = ["vmin", "vmax", "vcmp", "vblend"].iter().map(|name| vector(name)).sum::<usize>();
        !calls && vector("vsqrtps") >= 1 && vector("vdivps") >= 1 && selects >= 2 && stores.count() >= 3
    })
}
