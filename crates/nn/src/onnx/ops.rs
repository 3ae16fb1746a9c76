//! What each op is in ONNX.

use super::file::{File, float, int, ints};
use super::proto::{AttributeProto, DataType};
use crate::graph::{Graph, Kind};
use crate::ops::{
    Add, Attention, AveragePool, BatchNorm, Concatenate, Convolution, Dropout, DropoutForm, Elu, Embedding,
    Gelu, Gru, HardSigmoid, Identity, LayerNorm, LeakyRelu, Linear, LogSoftmax, Map, MatMul, MaxPool,
    Multiply, Permute, Relu, RmsNorm, SampleNormal, Selu, Sigmoid, Silu, Slice, Softmax, Softplus, Step,
    Tanh, Window,
};
use crate::{Dim, Element, Op, Shape};
use std::any::Any;

/// Returns whether every op that reads an input uses it to look up rows of a table.
pub(super) fn only_embedded<T: Element>(graph: &Graph<T>, order: &[usize], input: usize) -> bool {
    let mut readers = order.iter().filter_map(|&node| match &graph.definitions()[node].kind {
        Kind::Op { op, inputs } if inputs.contains(&input) => Some(op.as_ref()),
        _ => None,
    });
    let mut read = false;
    let embedded = readers.all(|op| {
        read = true;
        (op as &dyn Any).is::<Embedding>()
    });
    read && embedded
}

/// Where a window goes and how.
fn window(window: &Window) -> Vec<AttributeProto> {
    let [rows, columns] = window.padding;
    vec![
        ints("kernel_shape", window.kernel),
        ints("strides", window.stride),
        ints("pads", [rows, columns, rows, columns]),
        ints("dilations", window.dilation),
    ]
}

fn fixed(shape: &Shape, axis: usize) -> Result<usize, String> {
    match shape.dims().get(axis) {
        Some(Dim::Fixed(extent)) => Ok(*extent),
        _ => Err(format!("extent {axis} of {shape} is not fixed")),
    }
}

/// Writes the nodes that compute `output` as `op` does.
pub(super) fn write<T: Element>(
    file: &mut File<T>,
    op: &dyn Op<T>,
    inputs: &[String],
    shapes: &[&Shape],
    output: &str,
) -> Result<(), String> {
    let op: &dyn Any = op;
    let names: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let x = names[0];
    let plain = [
        (op.is::<Add>(), "Add"),
        (op.is::<Multiply>(), "Mul"),
        (op.is::<MatMul>(), "MatMul"),
        (op.is::<Map<Relu>>(), "Relu"),
        (op.is::<Map<Sigmoid>>(), "Sigmoid"),
        (op.is::<Map<Tanh>>(), "Tanh"),
        (op.is::<Map<Softplus>>(), "Softplus"),
    ];
    if let Some((_, name)) = plain.iter().find(|(same, _)| *same) {
        file.node(name, &names, output, Vec::new());
    } else if op.is::<Linear>() {
        if shapes[0].rank() == 2 {
            file.node("Gemm", &names, output, Vec::new());
        } else {
            let product = file.step("MatMul", &names[..2], Vec::new());
            file.node("Add", &[&product, names[2]], output, Vec::new());
        }
    } else if let Some(op) = op.downcast_ref::<Convolution>() {
        let mut attributes = window(&op.window);
        attributes.push(int("group", op.groups as i64));
        file.node("Conv", &names, output, attributes);
    } else if let Some(op) = op.downcast_ref::<MaxPool>() {
        file.node("MaxPool", &names, output, window(&op.window));
    } else if let Some(op) = op.downcast_ref::<AveragePool>() {
        if op.window.dilation != [1, 1] {
            return Err("the mean of a window with gaps came to ONNX only with opset 19".into());
        }
        let mut attributes = window(&op.window);
        attributes.truncate(3);
        attributes.push(int("count_include_pad", i64::from(op.count_padding)));
        file.node("AveragePool", &names, output, attributes);
    } else if let Some(op) = op.downcast_ref::<BatchNorm>() {
        file.node("BatchNormalization", &names, output, vec![float("epsilon", op.epsilon)]);
    } else if let Some(op) = op.downcast_ref::<LayerNorm>() {
        file.node("LayerNormalization", &names, output, vec![int("axis", -1), float("epsilon", op.epsilon)]);
    } else if let Some(op) = op.downcast_ref::<RmsNorm>() {
        let square = file.step("Mul", &[x, x], Vec::new());
        let axes = AttributeProto { ints: vec![-1], ..ints("axes", []) };
        let mean = file.step("ReduceMean", &[&square], vec![axes, int("keepdims", 1)]);
        let epsilon = file.number(op.epsilon);
        let sum = file.step("Add", &[&mean, &epsilon], Vec::new());
        let root = file.step("Sqrt", &[&sum], Vec::new());
        let unit = file.step("Div", &[x, &root], Vec::new());
        file.node("Mul", &[&unit, names[1]], output, Vec::new());
    } else if let Some(op) = op.downcast_ref::<Dropout>() {
        match op.form {
            DropoutForm::Inverted => file.alias(output, x),
            DropoutForm::Book => {
                let kept = file.number(1.0 - op.rate);
                file.node("Mul", &[x, &kept], output, Vec::new());
            }
        }
    } else if op.is::<Map<Identity>>() || op.is::<SampleNormal>() {
        // In use, a normal variable is its mean.
        file.alias(output, x);
    } else if let Some(Map(op)) = op.downcast_ref::<Map<LeakyRelu>>() {
        file.node("LeakyRelu", &names, output, vec![float("alpha", op.slope)]);
    } else if let Some(Map(op)) = op.downcast_ref::<Map<Elu>>() {
        file.node("Elu", &names, output, vec![float("alpha", op.alpha)]);
    } else if op.is::<Map<Selu>>() {
        file.node("Selu", &names, output, Vec::new());
    } else if op.is::<Map<HardSigmoid>>() {
        file.node("HardSigmoid", &names, output, vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)]);
    } else if op.is::<Map<Silu>>() {
        let gate = file.step("Sigmoid", &[x], Vec::new());
        file.node("Mul", &[x, &gate], output, Vec::new());
    } else if op.is::<Map<Gelu>>() {
        // x (1 + erf(x / √2)) / 2.
        let (root, one, half) =
            (file.number(std::f64::consts::FRAC_1_SQRT_2), file.number(1.0), file.number(0.5));
        let scaled = file.step("Mul", &[x, &root], Vec::new());
        let erf = file.step("Erf", &[&scaled], Vec::new());
        let sum = file.step("Add", &[&erf, &one], Vec::new());
        let product = file.step("Mul", &[x, &sum], Vec::new());
        file.node("Mul", &[&product, &half], output, Vec::new());
    } else if op.is::<Map<Step>>() {
        let zero = file.number(0.0);
        let above = file.step("Greater", &[x, &zero], Vec::new());
        file.node("Cast", &[&above], output, vec![int("to", File::<T>::KIND as i64)]);
    } else if op.is::<Softmax>() {
        file.node("Softmax", &names, output, vec![int("axis", -1)]);
    } else if op.is::<LogSoftmax>() {
        file.node("LogSoftmax", &names, output, vec![int("axis", -1)]);
    } else if op.is::<Embedding>() {
        let indices = match file.tokens.iter().any(|name| name == x) {
            true => x.to_owned(),
            false => file.step("Cast", &[x], vec![int("to", DataType::Int64 as i64)]),
        };
        file.node("Gather", &[names[1], &indices], output, vec![int("axis", 0)]);
    } else if let Some(op) = op.downcast_ref::<Concatenate>() {
        file.node("Concat", &names, output, vec![int("axis", op.axis as i64)]);
    } else if let Some(op) = op.downcast_ref::<Slice>() {
        let start = file.whole_numbers([op.range.start as i64]);
        let end = file.whole_numbers([op.range.end as i64]);
        let axis = file.whole_numbers([op.axis as i64]);
        file.node("Slice", &[x, &start, &end, &axis], output, Vec::new());
    } else if let Some(op) = op.downcast_ref::<Permute>() {
        file.node("Transpose", &names, output, vec![ints("perm", op.order.iter().copied())]);
    } else if let Some(op) = op.downcast_ref::<Attention>() {
        attention(file, op, &names, shapes, output)?;
    } else if op.is::<Gru>() {
        gru(file, &names, shapes, output)?;
    } else {
        return Err("ONNX has nothing of that kind".into());
    }
    Ok(())
}

/// softmax(Q Kᵀ / √d + mask) V, heads apart.
fn attention<T: Element>(
    file: &mut File<T>,
    op: &Attention,
    names: &[&str],
    shapes: &[&Shape],
    output: &str,
) -> Result<(), String> {
    if shapes[0].rank() != 3 {
        return Err("it can be written for examples of places by numbers only".into());
    }
    let (queries, width) = (fixed(shapes[0], 1)?, fixed(shapes[0], 2)?);
    let (keys, heads) = (fixed(shapes[1], 1)?, op.heads);
    let apart = file.whole_numbers([0, 0, heads as i64, (width / heads) as i64]);
    let mut split = |name: &str, order: [usize; 4]| {
        let parts = file.step("Reshape", &[name, &apart], Vec::new());
        file.step("Transpose", &[&parts], vec![ints("perm", order)])
    };
    let q = split(names[0], [0, 2, 1, 3]);
    let k = split(names[1], [0, 2, 3, 1]);
    let v = split(names[2], [0, 2, 1, 3]);
    let scale = file.number(1.0 / ((width / heads) as f64).sqrt());
    let product = file.step("MatMul", &[&q, &k], Vec::new());
    let mut scores = file.step("Mul", &[&product, &scale], Vec::new());
    if op.causal {
        let unseen = |at: usize| if at % keys > at / keys { T::from_f64(f64::NEG_INFINITY) } else { T::ZERO };
        let mask = file.fresh();
        file.numbers(&mask, &[queries, keys], &(0..queries * keys).map(unseen).collect::<Vec<T>>());
        scores = file.step("Add", &[&scores, &mask], Vec::new());
    }
    let shares = file.step("Softmax", &[&scores], vec![int("axis", -1)]);
    let seen = file.step("MatMul", &[&shares, &v], Vec::new());
    let back = file.step("Transpose", &[&seen], vec![ints("perm", [0, 2, 1, 3])]);
    let together = file.whole_numbers([0, 0, width as i64]);
    file.node("Reshape", &[&back, &together], output, Vec::new());
    Ok(())
}

/// ONNX keeps a row a gate, z first, and places before examples.
fn gru<T: Element>(
    file: &mut File<T>,
    names: &[&str],
    shapes: &[&Shape],
    output: &str,
) -> Result<(), String> {
    let units = fixed(shapes[2], 0)?;
    let ends = [0, units, 2 * units, 3 * units].map(|end| file.whole_numbers([end as i64]));
    let last = file.whole_numbers([-1]);
    // r, z, n of ours become z, r, n.
    let reordered = |file: &mut File<T>, name: &str| {
        let gate = |file: &mut File<T>, at: usize| {
            file.step("Slice", &[name, &ends[at], &ends[at + 1], &last], Vec::new())
        };
        let (reset, update, new) = (gate(file, 0), gate(file, 1), gate(file, 2));
        file.step("Concat", &[&update, &reset, &new], vec![int("axis", -1)])
    };
    let first = file.whole_numbers([0]);
    let mut weights = Vec::new();
    for name in &names[1..3] {
        let gates = reordered(file, name);
        let rows = file.step("Transpose", &[&gates], vec![ints("perm", [1, 0])]);
        weights.push(file.step("Unsqueeze", &[&rows, &first], Vec::new()));
    }
    let biases = [reordered(file, names[3]), reordered(file, names[4])];
    let both = file.step("Concat", &[&biases[0], &biases[1]], vec![int("axis", 0)]);
    let bias = file.step("Unsqueeze", &[&both, &first], Vec::new());
    let places = file.step("Transpose", &[names[0]], vec![ints("perm", [1, 0, 2])]);
    let attributes = vec![int("hidden_size", units as i64), int("linear_before_reset", 1)];
    let states = file.step("GRU", &[&places, &weights[0], &weights[1], &bias], attributes);
    // [places, 1, batch, units].
    let direction = file.whole_numbers([1]);
    let states = file.step("Squeeze", &[&states, &direction], Vec::new());
    file.node("Transpose", &[&states], output, vec![ints("perm", [1, 0, 2])]);
    Ok(())
}
