//! What commands print.

use super::English;
use crate::catalogue::CommandsWords;
use crate::catalogue::macros::phrases;

impl CommandsWords for English {
    phrases! {
        tensor: "tensor",
        parameter: "parameter",
        weight_norm: "weight norm",
        activation: "activation",
        deviation_of_activations: "deviation",
        exactly_0: "exactly 0",
        part_train: "train",
        saved_to: "saved to",
        page: "page:",
        name: "name",
        what_it_is: "what",
        here: "here",
        embedded: "embedded",
        made_on_demand: "made on demand",
        yes: "yes",
        already_here: "already here, and right",
        compared: "compared",
        mean_absolute_difference: "mean absolute difference",
        largest_relative_difference: "largest relative difference",
        ok: "ok",
        failed_check: "FAILED",
        a_whole_page: "a whole page",
        a_whole_result: "a whole result",
        no_state: "no state",
        optimizer: "optimizer",
        the_run: "run",
        memory: "memory",
        batch_size: "batch",
        node: "node",
        computed_as: "computed as",
        shape: "shape",
        bytes: "bytes",
        buffer_title: "buffer",
        has_gradient: "gradient",
        multiply_adds: "multiply-adds",
        shuffled_batches: "shuffled",
        batches_with_replacement: "with replacement",
        list_rules: "RULES (a dialect is whose formula and defaults are meant)",
        list_networks: "NETWORKS (--network NAME, or layers with commas between them)",
        list_layers: "LAYERS",
        list_stages: "STAGES before a rule (g: gradient) or after it (u: update)",
        list_functions: "FUNCTIONS of two variables",
        list_datasets: "DATA SETS (also csv:PATH and npz:PATH; `thalweg data list` says which are here)",
        list_schedules: "SCHEDULES (factor on the learning rate after t updates)",
        list_plateau: "PLATEAU beside any schedule (`plateau` in a file, --plateau): the rate falls when the validation loss does not",
        must_be_given: "must be given",
        the_experiment: "the experiment",
        holds_scores: "scores, before softmax",
        holds_values: "values, in the units of the target",
    }

    fn steps_done(&self, steps: u64) -> String {
        format!("{steps} steps")
    }

    fn at_step(&self, step: u64, total: u64, epoch: f64) -> String {
        format!("step {step:>6}/{total}, epoch {epoch:.2}")
    }

    fn microseconds_a_step(&self, microseconds: f64) -> String {
        format!("{microseconds:.1} µs a step")
    }

    fn all_steps_done(&self, steps: u64) -> String {
        format!("all {steps} steps are done already; --steps N goes on")
    }

    fn works_with_adamw(&self, rule: &str, plan: &str) -> String {
        format!("{rule} works with AdamW:\n{plan}")
    }

    fn wrote(&self, path: &str) -> String {
        format!("wrote {path}")
    }

    fn path_diverged(&self, whose: &str, step: u64) -> String {
        format!(
            "{whose}diverged: update {step} led out of the finite numbers; the learning rate is too large for this function; try a smaller one"
        )
    }

    fn assumed_sigmoid(&self, file: &str) -> String {
        format!(
            "{file}: sigmoid follows its hidden layers, as in the notes' network; --activation says otherwise"
        )
    }

    fn evaluated(&self, data: &str, part: &str, examples: usize, figures: &str) -> String {
        format!("{data} {part}, {examples} examples: {figures}")
    }

    fn predicted_with(&self, class: &str, percent: f64) -> String {
        format!("{class} with {percent:.1} %")
    }

    fn and_right(&self, class: &str) -> String {
        format!("(right: {class})")
    }

    fn and_wrong(&self, class: &str) -> String {
        format!("(wrong: it is {class})")
    }

    fn and_really(&self, value: &str) -> String {
        format!("(it is {value})")
    }

    fn exported_network(&self, holds: &str) -> String {
        format!("input and `output` are for batches of any size; `output` holds {holds}")
    }

    fn exported_tensors(&self, tensors: usize, naming: &str) -> String {
        format!("{tensors} tensors, named as {naming} names them")
    }

    fn exported(&self, path: &str, parameters: &str, what: &str) -> String {
        format!("{path}: {parameters} parameters; {what}")
    }

    fn not_here(&self, name: &str) -> String {
        format!("no: thalweg data get {name}")
    }

    fn downloaded_from(&self, url: &str) -> String {
        format!("downloaded from {url}")
    }

    fn example_shown(&self, data: &str, part: &str, index: usize, class: &str) -> String {
        format!("{data} {part} {index}: {class}")
    }

    fn sound(&self, file: &str, what: &str) -> String {
        format!("{file}: sound ({what})")
    }

    fn damaged(&self, file: &str, what: &str) -> String {
        format!("{file}: damaged: {what}")
    }

    fn tensors(&self, count: usize) -> String {
        format!("{count} tensors")
    }

    fn runs_are_sound(&self, sound: usize, unsealed: usize) -> String {
        {
            let earlier = if unsealed > 0 {
                format!(", {unsealed} of earlier versions have none")
            } else {
                String::new()
            };
            format!("{sound} runs fit their checksums{earlier}")
        }
    }

    fn runs_are_damaged(&self, runs: usize, names: &str) -> String {
        format!("{runs} runs do not fit their checksums ({names})")
    }

    fn can_be_kept(&self, wrong: &str, kept: &str) -> String {
        format!(
            "{wrong}. What can be kept: {kept}; `thalweg results FOLDER --all` exports them as far as the file can be read"
        )
    }

    fn nothing_relied_on(&self, why: &str) -> String {
        format!("{why}; nothing in it can be relied on")
    }

    fn page_breaks_off(&self, why: &str) -> String {
        format!("{why}; the command that wrote it writes it again from the results")
    }

    fn cases(&self, passed: usize, failed: usize, shown: usize) -> String {
        {
            let shown = if shown > 0 { format!(", {shown} without expected values") } else { String::new() };
            format!("{passed} passed, {failed} failed{shown}")
        }
    }

    fn training_examples(&self, data: &str, count: usize) -> String {
        format!("{data}: {count} training examples")
    }

    fn state_of(&self, names: &str, bytes: usize) -> String {
        format!("state: {names} ({bytes} bytes)")
    }

    fn rate_follows(&self, schedule: &str) -> String {
        format!("rate {schedule}")
    }

    fn falls_after(&self, factor: f64, patience: u64) -> String {
        format!("times {factor} after more than {patience} evaluations without a better validation loss")
    }

    fn steps_in_batches(&self, steps: u64, how: &str) -> String {
        format!("{steps} steps, batches {how}")
    }

    fn bytes_in_all(&self, bytes: usize, evaluation: usize) -> String {
        format!("{bytes} bytes: values, gradients, parameters, optimizer state, and {evaluation} to evaluate")
    }

    fn forward_and_backward(&self, forward: &str, backward: &str) -> String {
        format!("{forward} forward, {backward} backward")
    }

    fn use_it_for(&self, when: &str) -> String {
        format!("use it for: {when}")
    }

    fn started_at(&self, formula: &str, start: &str) -> String {
        format!("{formula}, from {start}")
    }

    fn dataset_line(&self, title: &str, train: usize, validation: usize, test: usize) -> String {
        format!("{title}; {train} / {validation} / {test} examples")
    }

    fn choice_of(&self, default: &str, choices: &str) -> String {
        format!("{default}; of {choices}")
    }

    fn such_as(&self, example: &str) -> String {
        format!("such as {example}")
    }

    fn others_are_here(&self, count: usize, folder: &str) -> String {
        format!("{count} runs of other experiments are in {folder} too; --all exports them as well")
    }

    fn exported_runs(&self, count: usize) -> String {
        format!("{count} runs")
    }

    fn exported_final_runs(&self, count: usize) -> String {
        format!("{count} final runs")
    }

    fn exported_studies(&self, count: usize) -> String {
        format!("{count} studies")
    }

    fn exported_rules(&self, count: usize) -> String {
        format!("{count} rules")
    }

    fn all_runs_are_there(&self, name: &str, count: usize) -> String {
        format!("{name}: all {count} runs are there")
    }

    fn experiment_in(&self, file: &str) -> String {
        format!("the experiment in {file}")
    }

    fn kept_apart(&self, folder: &str, name: &str) -> String {
        format!(
            "{folder} also holds results of another experiment called `{name}` (it was changed since, or its data or the program were); they are kept apart, and the report becomes that of this one"
        )
    }
}
