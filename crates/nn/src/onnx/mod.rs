//! A trained network as an ONNX file (opset 17), which other programs evaluate to the same outputs.

mod file;
mod ops;
mod proto;

use crate::graph::Kind;
use crate::{Dim, Element, GraphError, Model, Plan, Shape};
use file::File;
use prost::Message;
use proto::{
    DataType, Dimension, Extent, ModelProto, OperatorSetId, TensorShape, TensorType, TypeProto, ValueInfo,
};

/// The version of the operators: old enough for every runtime in use, new enough for layer normalisation.
const OPSET: i64 = 17;

/// How numbers of the data are scaled to those of the network: (number - first) / second. Both lists are empty where nothing is scaled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnnxScales {
    /// One pair for each feature.
    pub inputs: Vec<(f64, f64)>,
    /// One pair for each value of the target, undone in the output.
    pub outputs: Vec<(f64, f64)>,
}

/// What the output is called in the file.
const OUTPUT: &str = "output";

/// Returns `model` with `parameters` and `statistics` (arenas of its graph) as the bytes of an ONNX file. The file has the
/// model's input under its own name, `[batch, features]` (whole numbers for a network of tokens), and its scores as `output`,
/// for batches of any size. Dropout and batch normalisation work as in evaluation: nothing is dropped at random, and running
/// statistics are used. `scales` says how numbers of the data are scaled to those of the network.
///
/// # Errors
/// [`GraphError::Length`] of the arenas, or of `scales`; [`GraphError::Onnx`] for an op that ONNX does not have.
pub fn onnx<T: Element>(
    model: &Model<T>,
    parameters: &[T],
    statistics: &[T],
    scales: &OnnxScales,
) -> Result<Vec<u8>, GraphError> {
    let graph = &model.graph;
    for (what, found, expected) in [
        ("the parameter slice", parameters.len(), graph.layout().len()),
        ("the slice of running statistics", statistics.len(), graph.statistics().len()),
    ] {
        if found != expected {
            return Err(GraphError::Length { what: what.into(), found, expected });
        }
    }
    let plan = Plan::evaluation(graph, 1, &[model.output])?;
    let mut file = File::<T>::new();
    let order: Vec<usize> = plan
        .nodes()
        .iter()
        .filter_map(|node| graph.find(&node.name))
        .map(|node| graph.index(node))
        .collect::<Result<_, _>>()?;
    for &node in &order {
        let definition = &graph.definitions()[node];
        let name = definition.name.as_str();
        match &definition.kind {
            Kind::Input | Kind::Labels => {
                let embedded = ops::only_embedded(graph, &order, node);
                if embedded {
                    file.tokens.push(name.to_owned());
                }
                let kind = if embedded { DataType::Int64 } else { File::<T>::KIND };
                file.graph.input.push(value_info(name, kind, &definition.shape));
                if node == graph.index(model.input)? && !scales.inputs.is_empty() {
                    scale(&mut file, name, &definition.shape, &scales.inputs)?;
                }
            }
            Kind::Parameter { tensor, .. } => {
                let tensor = &graph.layout().tensors()[*tensor];
                file.numbers(name, &tensor.shape, &parameters[tensor.range.clone()]);
            }
            Kind::Statistic { tensor, .. } => {
                let tensor = &graph.statistics().tensors()[*tensor];
                file.numbers(name, &tensor.shape, &statistics[tensor.range.clone()]);
            }
            Kind::Constant(at) => file.numbers(name, plan.shape(node), &graph.constants()[*at]),
            Kind::View { of } => {
                let shape = file.whole_numbers(definition.shape.dims().iter().map(|dim| match dim {
                    Dim::Batch => -1,
                    Dim::Fixed(extent) => *extent as i64,
                }));
                let of = file.name(graph.name_at(*of));
                file.node("Reshape", &[&of, &shape], name, Vec::new());
            }
            Kind::Op { op, inputs } => {
                let shapes: Vec<&Shape> =
                    inputs.iter().map(|&input| &graph.definitions()[input].shape).collect();
                let inputs: Vec<String> =
                    inputs.iter().map(|&input| file.name(graph.name_at(input))).collect();
                let found = ops::write(&mut file, op.as_ref(), &inputs, &shapes, name);
                found.map_err(|explanation| GraphError::Onnx {
                    op: op.name(),
                    node: name.to_owned(),
                    explanation,
                })?;
            }
        }
    }
    let output = graph.index(model.output)?;
    let mut scores = file.name(graph.name_at(output));
    if !scales.outputs.is_empty() {
        scores = unscale(&mut file, &scores, &graph.definitions()[output].shape, &scales.outputs)?;
    }
    file.node("Identity", &[&scores], OUTPUT, Vec::new());
    file.graph.output.push(value_info(OUTPUT, File::<T>::KIND, &graph.definitions()[output].shape));
    let whole = ModelProto {
        ir_version: 8,
        producer_name: "thalweg".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(file.graph),
        opset_import: vec![OperatorSetId { domain: String::new(), version: OPSET }],
    };
    Ok(whole.encode_to_vec())
}

fn value_info(name: &str, kind: DataType, shape: &Shape) -> ValueInfo {
    let extent = |dim: &Dim| match dim {
        Dim::Batch => Extent::Parameter("batch".into()),
        Dim::Fixed(extent) => Extent::Value(*extent as i64),
    };
    let dim = shape.dims().iter().map(|dim| Dimension { value: Some(extent(dim)) }).collect();
    let tensor_type = Some(TensorType { elem_type: kind.into(), shape: Some(TensorShape { dim }) });
    ValueInfo { name: name.to_owned(), r#type: Some(TypeProto { tensor_type }) }
}

/// OnnxScales an input, so that the file takes numbers as they were before training scaled them.
fn scale<T: Element>(
    file: &mut File<T>,
    input: &str,
    shape: &Shape,
    scales: &[(f64, f64)],
) -> Result<(), GraphError> {
    let [centre, width] = constants(file, shape, scales)?;
    let centred = file.step("Sub", &[input, &centre], Vec::new());
    let scaled = file.step("Div", &[&centred, &width], Vec::new());
    file.alias(input, &scaled);
    Ok(())
}

/// Undoes the scaling of an output, and returns the name of the result.
fn unscale<T: Element>(
    file: &mut File<T>,
    output: &str,
    shape: &Shape,
    scales: &[(f64, f64)],
) -> Result<String, GraphError> {
    let [centre, width] = constants(file, shape, scales)?;
    let wide = file.step("Mul", &[output, &width], Vec::new());
    Ok(file.step("Add", &[&wide, &centre], Vec::new()))
}

/// Writes the first and the second numbers of `scales` as constants of the shape of one example, and returns their names.
fn constants<T: Element>(
    file: &mut File<T>,
    shape: &Shape,
    scales: &[(f64, f64)],
) -> Result<[String; 2], GraphError> {
    let expected = shape.resolve(1).iter().product();
    if scales.len() != expected {
        return Err(GraphError::Length { what: "the scales".into(), found: scales.len(), expected });
    }
    // The extents of one example, in which the scales lie as its numbers do.
    let extents = &shape.resolve(1)[1..];
    let mut constant = |of: fn(&(f64, f64)) -> f64| {
        let name = file.fresh();
        let values: Vec<T> = scales.iter().map(|scale| T::from_f64(of(scale))).collect();
        file.numbers(&name, extents, &values);
        name
    };
    Ok([constant(|scale| scale.0), constant(|scale| scale.1)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Example, Initial, Layers, Loss, initial_statistics, initialise};

    fn exported(layers: &str, example: &Example) -> Result<ModelProto, GraphError> {
        let model = Layers::read(layers).unwrap().model::<f32>(example, Loss::SoftmaxCrossEntropy).unwrap();
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let bytes = onnx(
            &model,
            parameters.values(),
            initial_statistics(&model.graph).values(),
            &OnnxScales::default(),
        )?;
        Ok(ModelProto::decode(bytes.as_slice()).unwrap())
    }

    fn digits() -> Example {
        Example { features: 64, image: Some([1, 8, 8]), outputs: 10, places: None }
    }

    #[test]
    fn an_input_is_scaled_before_the_first_layer() {
        let example = Example { features: 2, image: None, outputs: 3, places: None };
        let model = Layers::read("linear outputs")
            .unwrap()
            .model::<f32>(&example, Loss::SoftmaxCrossEntropy)
            .unwrap();
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let statistics = initial_statistics(&model.graph);
        let written = |inputs: &[(f64, f64)]| {
            let scales = OnnxScales { inputs: inputs.to_vec(), outputs: vec![] };
            onnx(&model, parameters.values(), statistics.values(), &scales)
        };
        let bytes = written(&[(1.0, 2.0), (-3.0, 4.0)]).unwrap();
        let graph = ModelProto::decode(bytes.as_slice()).unwrap().graph.unwrap();
        let [sub, div, next, ..] = &graph.node[..] else { panic!("{:?}", graph.node) };
        assert_eq!((sub.op_type.as_str(), div.op_type.as_str()), ("Sub", "Div"));
        assert_eq!(
            (&sub.input[0], &div.input[0], &next.input[0]),
            (&graph.input[0].name, &sub.output[0], &div.output[0])
        );
        let constant = |name: &str| -> Vec<f32> {
            let tensor = graph.initializer.iter().find(|tensor| tensor.name == name).unwrap();
            assert_eq!(tensor.dims, [2]);
            tensor.raw_data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
        };
        assert_eq!(constant(&sub.input[1]), [1.0, -3.0]);
        assert_eq!(constant(&div.input[1]), [2.0, 4.0]);
        assert!(matches!(written(&[(0.0, 1.0)]), Err(GraphError::Length { found: 1, expected: 2, .. })));
    }

    #[test]
    fn an_output_is_in_the_units_of_its_target() {
        let example = Example { features: 2, image: None, outputs: 2, places: None };
        let model =
            Layers::read("linear outputs").unwrap().model::<f32>(&example, Loss::MeanSquaredError).unwrap();
        let parameters = initialise(&model.graph, Initial::HE, 1);
        let scales = OnnxScales { inputs: vec![], outputs: vec![(200_000.0, 80_000.0), (0.5, 2.0)] };
        let bytes = onnx(&model, parameters.values(), &[], &scales).unwrap();
        let graph = ModelProto::decode(bytes.as_slice()).unwrap().graph.unwrap();
        let [.., mul, add, last] = &graph.node[..] else { panic!("{:?}", graph.node) };
        assert_eq!((mul.op_type.as_str(), add.op_type.as_str()), ("Mul", "Add"));
        assert_eq!((&add.input[0], &last.input[0]), (&mul.output[0], &add.output[0]));
        let constant = |name: &str| -> Vec<f32> {
            let tensor = graph.initializer.iter().find(|tensor| tensor.name == name).unwrap();
            tensor.raw_data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
        };
        assert_eq!(constant(&mul.input[1]), [80_000.0, 2.0]);
        assert_eq!(constant(&add.input[1]), [200_000.0, 0.5]);
    }

    #[test]
    fn every_input_is_written_before_it_is_read() {
        let text = Example { features: 6, image: None, outputs: 5, places: Some(6) };
        for (layers, example) in [
            (
                "simple-convnet",
                Example { features: 784, image: Some([1, 28, 28]), outputs: 10, places: None },
            ),
            ("residual", digits()),
            (
                "conv 4 3, batch-norm, silu, average-pool 2, linear 7, layer-norm, gelu, rms-norm, dropout 0.5 book, linear outputs",
                digits(),
            ),
            ("transformer", text.clone()),
            ("gru", text),
        ] {
            let graph = exported(layers, &example).unwrap().graph.unwrap();
            let mut known: Vec<&str> = graph.input.iter().map(|input| input.name.as_str()).collect();
            known.extend(graph.initializer.iter().map(|tensor| tensor.name.as_str()));
            for node in &graph.node {
                for input in node.input.iter().filter(|input| !input.is_empty()) {
                    assert!(known.contains(&input.as_str()), "{layers}: {} reads {input}", node.name);
                }
                known.extend(node.output.iter().map(String::as_str));
            }
            assert!(known.contains(&OUTPUT));
            let mut all = known.clone();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), known.len(), "{layers}: names are used once");
        }
    }

    #[test]
    fn weights_and_shapes_are_the_networks_own() {
        let graph = exported("linear 3, relu, linear outputs", &digits()).unwrap().graph.unwrap();
        let weight = graph.initializer.iter().find(|tensor| tensor.name == "W1").unwrap();
        assert_eq!((weight.dims.as_slice(), weight.raw_data.len()), ([64, 3].as_slice(), 4 * 64 * 3));
        let ops: Vec<&str> = graph.node.iter().map(|node| node.op_type.as_str()).collect();
        assert_eq!(ops, ["Gemm", "Relu", "Gemm", "Identity"]);
        let dims = &graph.output[0]
            .r#type
            .as_ref()
            .unwrap()
            .tensor_type
            .as_ref()
            .unwrap()
            .shape
            .as_ref()
            .unwrap()
            .dim;
        assert_eq!(dims[0].value, Some(Extent::Parameter("batch".into())));
        assert_eq!(dims[1].value, Some(Extent::Value(10)));
    }
}
