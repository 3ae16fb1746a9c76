//! A list of layers as nodes of a graph.

use super::{Layer, Layers};
use crate::losses::CrossEntropySettings;
use crate::{BATCH, Dim, Element, Graph, GraphError, Initial, Loss, Model, Node, Shape};
use std::sync::Arc;

/// What the data ask of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Numbers in one input.
    pub features: usize,
    /// Channels, rows and columns, if inputs are images.
    pub image: Option<[usize; 3]>,
    /// Classes, or numbers to predict.
    pub outputs: usize,
    /// Places of which each has a target, if inputs are sequences of tokens.
    pub places: Option<usize>,
}

impl Layers {
    /// Builds the network for examples like `example`: the input x `[BATCH, features]`, the target t, the layers, and the loss
    /// of the last layer's output `[BATCH, outputs]`.
    ///
    /// # Errors
    /// [`GraphError::Layer`], naming the layer that does not fit and what it gets; layers too large for the machine.
    pub fn model<T: Element>(&self, example: &Example, loss: Loss) -> Result<Model<T>, GraphError> {
        self.model_for(example, loss, CrossEntropySettings::default())
    }

    /// Builds the same network, trained on cross-entropy with these settings.
    ///
    /// # Errors
    /// As [`model`](Self::model); settings that make no sense, or that belong to another loss.
    pub fn model_for<T: Element>(
        &self,
        example: &Example,
        loss: Loss,
        settings: CrossEntropySettings,
    ) -> Result<Model<T>, GraphError> {
        let plain = settings == CrossEntropySettings::default();
        let loss = if self.reconstruct() { Loss::Reconstruction } else { loss };
        let mut graph = Graph::new();
        let input = graph.input("x", &[BATCH, example.features])?;
        let target = match loss {
            Loss::Reconstruction => input,
            Loss::SoftmaxCrossEntropy => match example.places {
                Some(places) => graph.labels("t", &[BATCH, places])?,
                None => graph.labels("t", &[BATCH])?,
            },
            Loss::MeanSquaredError => graph.input("t", &[BATCH, example.outputs])?,
        };
        let mut builder = Builder { graph, example, input, weights: 0, norms: 0, divergences: Vec::new() };
        let output = builder.layers(self, input)?;
        let Builder { mut graph, divergences, .. } = builder;
        let shape = graph.shape(output)?;
        let mut wanted = vec![BATCH];
        if loss == Loss::Reconstruction {
            wanted.push(example.features);
        } else {
            wanted.extend(example.places);
            wanted.push(example.outputs);
        }
        let wanted = Shape::from(&wanted[..]);
        if *shape != wanted {
            return Err(GraphError::Layer {
                layer: self.0.last().map(Layer::to_string).unwrap_or_default(),
                explanation: format!(
                    "the network ends with {shape}, but the data ask for {wanted}; {}",
                    match example.places {
                        Some(_) => "a text needs a network of sequences, such as `transformer` or `gru`",
                        None if self.0.contains(&Layer::Reconstruction) =>
                            "only a last `linear inputs` gives examples back",
                        None => "end it with `linear outputs`",
                    }
                ),
            });
        }
        if loss == Loss::Reconstruction && example.places.is_some() {
            return Err(GraphError::Layer {
                layer: Layer::Reconstruction.to_string(),
                explanation:
                    "a text's characters are names, not amounts, and cannot be given back as numbers".into(),
            });
        }
        if !plain && loss != Loss::SoftmaxCrossEntropy {
            return Err(GraphError::Kind {
                node: "loss".to_owned(),
                found: "not a cross-entropy of classes",
                expected: "labels are smoothed and weighted for classes only",
            });
        }
        // The divergence of the codes is part of the loss of a reconstruction, and of the training objective of every network.
        let name =
            if divergences.is_empty() || loss != Loss::Reconstruction { "loss" } else { "reconstruction" };
        let mut judged = match loss {
            Loss::SoftmaxCrossEntropy => graph.named(name).softmax_cross_entropy(output, target)?,
            Loss::MeanSquaredError => graph.named(name).mean_squared_error(output, target)?,
            // The numbers of an image are shares of white.
            Loss::Reconstruction if example.image.is_some() => {
                graph.named(name).binary_cross_entropy(output, target)?
            }
            Loss::Reconstruction => graph.named(name).mean_squared_error(output, target)?,
        };
        let mut objective = judged;
        if !plain {
            objective = graph.named("objective").softmax_cross_entropy_with(output, target, settings)?;
        }
        for (number, divergence) in divergences.iter().enumerate() {
            let last = number + 1 == divergences.len();
            let name = match loss {
                Loss::Reconstruction if last => "loss".to_owned(),
                _ => format!("with_divergence{}", number + 1),
            };
            objective = graph.named(name).add(objective, *divergence)?;
        }
        if loss == Loss::Reconstruction {
            judged = objective;
        }
        Ok(Model { graph: Arc::new(graph), input, target, output, loss: judged, objective })
    }
}

/// The initial values of tables of tokens and places, as in GPT-2.
const EMBEDDED: Initial = Initial::Normal { scale: 0.02 };

struct Builder<'a, T: Element> {
    graph: Graph<T>,
    example: &'a Example,
    input: Node,
    /// How many layers had weights.
    weights: usize,
    /// How many normalisations there were.
    norms: usize,
    /// The divergence of each latent layer from the standard normal distribution.
    divergences: Vec<Node>,
}

impl<T: Element> Builder<'_, T> {
    fn layers(&mut self, layers: &Layers, mut x: Node) -> Result<Node, GraphError> {
        for layer in &layers.0 {
            x = self.layer(layer, x).map_err(|error| match error {
                // The op's own name would be that of a node the user has never seen.
                GraphError::Shape { explanation, .. } => {
                    GraphError::Layer { layer: layer.to_string(), explanation }
                }
                other => other,
            })?;
        }
        Ok(x)
    }

    fn layer(&mut self, layer: &Layer, x: Node) -> Result<Node, GraphError> {
        match layer {
            Layer::Linear { outputs } => self.linear(x, outputs.unwrap_or(self.example.outputs)),
            Layer::Reconstruction => self.linear(x, self.example.features),
            Layer::Latent(variables) => {
                let x = self.row(x)?;
                let inputs = self.last_extent(x)?;
                self.weights += 1;
                let number = self.weights;
                let mut parts = [x; 2];
                for (part, role) in parts.iter_mut().zip(["mean", "spread"]) {
                    let weight = self.graph.parameter(&format!("W{role}{number}"), &[inputs, *variables])?;
                    let bias = self.graph.parameter(&format!("b{role}{number}"), &[*variables])?;
                    *part = self.graph.named(format!("{role}{number}")).linear(x, weight, bias)?;
                }
                let [mean, log_variance] = parts;
                let name = format!("divergence{number}");
                self.divergences.push(self.graph.named(name).normal_divergence(mean, log_variance)?);
                self.graph.named(format!("latent{number}")).sample_normal(mean, log_variance)
            }
            Layer::Activation(activation) => self.graph.activation(*activation, x),
            Layer::Convolution { outputs, window, groups } => {
                let x = self.image(layer, x)?;
                let channels = self.graph.shape(x)?.resolve(0)[1];
                let [rows, columns] = window.kernel;
                let seen = channels / groups;
                if seen == 0 || channels % groups != 0 {
                    let explanation = format!("{groups} groups do not divide {channels} channels");
                    return Err(GraphError::Layer { layer: layer.to_string(), explanation });
                }
                let [weight, bias] = self.weights(&[*outputs, seen, rows, columns], *outputs)?;
                self.graph.conv2d(x, weight, bias, *window, *groups)
            }
            Layer::MaxPool(window) => {
                let x = self.image(layer, x)?;
                self.graph.max_pool(x, *window)
            }
            Layer::AveragePool(window) => {
                let x = self.image(layer, x)?;
                self.graph.average_pool(x, *window)
            }
            Layer::GlobalAveragePool => {
                let x = self.image(layer, x)?;
                self.graph.global_average_pool(x)
            }
            Layer::BatchNorm(norm) => {
                let &[Dim::Batch, Dim::Fixed(channels), ..] = self.graph.shape(x)?.dims() else {
                    let explanation = format!("it gets {}, which has no channels", self.graph.shape(x)?);
                    return Err(GraphError::Layer { layer: layer.to_string(), explanation });
                };
                let gamma = self.gamma_of(channels)?;
                let number = self.norms;
                let beta = self.graph.parameter(&format!("beta{number}"), &[channels])?;
                let mean = self.graph.statistic(&format!("running_mean{number}"), &[channels], 0.0)?;
                let variance =
                    self.graph.statistic(&format!("running_variance{number}"), &[channels], 1.0)?;
                self.graph.batch_norm(x, [gamma, beta], [mean, variance], *norm)
            }
            Layer::LayerNorm => {
                let gamma = self.gamma(x)?;
                let (features, number) = (self.last_extent(x)?, self.norms);
                let beta = self.graph.parameter(&format!("beta{number}"), &[features])?;
                self.graph.layer_norm(x, gamma, beta)
            }
            Layer::RmsNorm => {
                let gamma = self.gamma(x)?;
                self.graph.rms_norm(x, gamma)
            }
            Layer::Embedding(width) => {
                self.weights += 1;
                // Tokens are as many as the classes that may follow them.
                let table =
                    self.graph.parameter(&format!("E{}", self.weights), &[self.example.outputs, *width])?;
                self.graph.set_initial(table, EMBEDDED)?;
                self.graph.embedding(x, table)
            }
            Layer::Positions => {
                let shape = self.graph.shape(x)?.resolve(0);
                let [_, places, width] = shape[..] else {
                    let explanation =
                        format!("it gets {}; places are [batch, places, width]", self.graph.shape(x)?);
                    return Err(GraphError::Layer { layer: layer.to_string(), explanation });
                };
                self.weights += 1;
                let table = self.graph.parameter(&format!("P{}", self.weights), &[places, width])?;
                self.graph.set_initial(table, EMBEDDED)?;
                self.graph.add(x, table)
            }
            Layer::Attention { heads, causal } => {
                let width = self.last_extent(x)?;
                self.weights += 1;
                let number = self.weights;
                let project = |graph: &mut Graph<T>, role: &str, x: Node| -> Result<Node, GraphError> {
                    let weight = graph.parameter(&format!("W{role}{number}"), &[width, width])?;
                    let bias = graph.parameter(&format!("b{role}{number}"), &[width])?;
                    graph.linear(x, weight, bias)
                };
                let mut parts = [x; 3];
                for (part, role) in parts.iter_mut().zip(["q", "k", "v"]) {
                    *part = project(&mut self.graph, role, x)?;
                }
                let seen = self.graph.attention(parts, *heads, *causal)?;
                project(&mut self.graph, "o", seen)
            }
            Layer::Gru(units) => {
                let features = self.last_extent(x)?;
                self.weights += 1;
                let number = self.weights;
                let gates = units.checked_mul(3).unwrap_or(usize::MAX);
                let weight = self.graph.parameter(&format!("W{number}"), &[features, gates])?;
                let recurrent = self.graph.parameter(&format!("U{number}"), &[*units, gates])?;
                // Steps through time keep the length of what they carry.
                self.graph.set_initial(recurrent, Initial::Orthogonal { gain: 1.0 })?;
                let bias = self.graph.parameter(&format!("b{number}"), &[gates])?;
                let recurrent_bias = self.graph.parameter(&format!("c{number}"), &[gates])?;
                self.graph.gru(x, [weight, recurrent], [bias, recurrent_bias])
            }
            Layer::Dropout { rate, form } => self.graph.dropout_as(x, *rate, *form),
            Layer::Residual(layers) => {
                let inner = self.layers(layers, x)?;
                self.graph.add(inner, x)
            }
            Layer::Flatten => self.graph.flatten(x),
            Layer::Image([channels, rows, columns]) => {
                self.graph.reshape(x, &[BATCH, *channels, *rows, *columns])
            }
        }
    }

    /// x as rows.
    fn row(&mut self, x: Node) -> Result<Node, GraphError> {
        if self.graph.shape(x)?.rank() == 4 { self.graph.flatten(x) } else { Ok(x) }
    }

    fn linear(&mut self, x: Node, outputs: usize) -> Result<Node, GraphError> {
        let x = self.row(x)?;
        let inputs = self.last_extent(x)?;
        let [weight, bias] = self.weights(&[inputs, outputs], outputs)?;
        self.graph.linear(x, weight, bias)
    }

    /// Returns x as images. Examples that are images have their shape from the data.
    fn image(&mut self, layer: &Layer, x: Node) -> Result<Node, GraphError> {
        match self.example.image {
            _ if self.graph.shape(x)?.rank() == 4 => Ok(x),
            Some([channels, rows, columns]) if x == self.input => {
                self.graph.reshape(x, &[BATCH, channels, rows, columns])
            }
            _ => Err(GraphError::Layer {
                layer: layer.to_string(),
                explanation: format!(
                    "it works on images, but gets {}; `image CxHxW` before it makes images of rows",
                    self.graph.shape(x)?
                ),
            }),
        }
    }

    /// The γ of the next normalisation of rows.
    fn gamma(&mut self, x: Node) -> Result<Node, GraphError> {
        self.gamma_of(self.last_extent(x)?)
    }

    fn gamma_of(&mut self, features: usize) -> Result<Node, GraphError> {
        self.norms += 1;
        let gamma = self.graph.parameter(&format!("gamma{}", self.norms), &[features])?;
        self.graph.set_initial(gamma, Initial::Constant(1.0))?;
        Ok(gamma)
    }

    fn last_extent(&self, x: Node) -> Result<usize, GraphError> {
        Ok(self.graph.shape(x)?.resolve(0).last().copied().unwrap_or(1))
    }

    /// The next weight and its bias.
    fn weights(&mut self, weight: &[usize], bias: usize) -> Result<[Node; 2], GraphError> {
        self.weights += 1;
        let number = self.weights;
        let weight = self.graph.parameter(&format!("W{number}"), weight)?;
        Ok([weight, self.graph.parameter(&format!("b{number}"), &[bias])?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plan;
    use crate::testing::assert_loss_gradients_within;

    fn digits() -> Example {
        Example { features: 64, image: Some([1, 8, 8]), outputs: 10, places: None }
    }

    #[test]
    fn a_variational_autoencoder_gives_its_examples_back() {
        let layers: Layers = "linear 9, tanh, latent 3, linear 9, tanh, linear inputs".parse().unwrap();
        let model: Model<f64> = layers.model(&digits(), Loss::SoftmaxCrossEntropy).unwrap();
        assert_eq!(model.target, model.input);
        assert_eq!(model.graph.shape(model.output).unwrap().resolve(2), [2, 64]);
        let graph = Arc::clone(&model.graph);
        let mut session = crate::Session::training(&graph, 3, model.objective, &[]).unwrap();
        session.set_step(1, 5);
        let inputs: Vec<f64> = (0..192).map(|at| f64::from(at % 7) / 6.0).collect();
        session.set_input(model.input, &inputs).unwrap();
        let parameters = crate::initialise(&graph, Initial::Normal { scale: 0.5 }, 3);
        for check in crate::check_gradients(&mut session, parameters.values(), None).unwrap() {
            assert!(check.max_relative_difference < 1e-6, "{check:?}");
        }
        // Where means and logarithms of variances are 0 a code costs nothing, and scores of 0 cost ln 2 a number.
        let mut evaluation = crate::Session::evaluation(&graph, 3, &[model.loss]).unwrap();
        evaluation.set_input(model.input, &inputs).unwrap();
        evaluation.forward(&vec![0.0; parameters.values().len()]).unwrap();
        let loss = evaluation.loss(model.loss).unwrap();
        assert!((loss - 64.0 * std::f64::consts::LN_2).abs() < 1e-12, "{loss}");
        assert_eq!(layers.to_string().parse::<Layers>().unwrap(), layers);
        let inner = "linear inputs, linear 3"
            .parse::<Layers>()
            .unwrap()
            .model::<f32>(&digits(), Loss::SoftmaxCrossEntropy);
        assert!(inner.unwrap_err().to_string().contains("only a last `linear inputs` gives examples back"));
    }

    #[test]
    fn networks_of_sequences_predict_every_place() {
        let example = Example { features: 6, image: None, outputs: 5, places: Some(6) };
        for text in [
            "embedding 8, positions, residual(layer-norm, attention 2 causal), residual(layer-norm, linear 16, gelu, linear 8), \
             layer-norm, linear outputs",
            "embedding 4, gru 6, dropout 0.2, rms-norm, linear outputs",
        ] {
            let model: Model<f64> =
                text.parse::<Layers>().unwrap().model(&example, Loss::SoftmaxCrossEntropy).unwrap();
            assert_eq!(model.graph.shape(model.output).unwrap().resolve(3), [3, 6, 5]);
            let graph = Arc::clone(&model.graph);
            let mut session = crate::Session::training(&graph, 2, model.loss, &[]).unwrap();
            session
                .set_input(model.input, &[0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 4.0, 3.0, 3.0, 1.0, 0.0, 2.0])
                .unwrap();
            session.set_labels(model.target, &[1, 2, 3, 4, 0, 1, 3, 3, 1, 0, 2, 4]).unwrap();
            let parameters = crate::initialise(&graph, Initial::Normal { scale: 0.5 }, 3);
            for check in crate::check_gradients(&mut session, parameters.values(), Some(20)).unwrap() {
                // Attention does not see what is the same for all keys.
                assert!(check.max_relative_difference < 1e-5 || check.name.starts_with("bk"), "{check:?}");
            }
        }
        let error =
            "linear outputs".parse::<Layers>().unwrap().model::<f32>(&example, Loss::SoftmaxCrossEntropy);
        assert!(error.unwrap_err().to_string().contains("the data ask for [batch, 6, 5]"));
    }

    fn model(text: &str) -> Result<Model<f64>, GraphError> {
        text.parse::<Layers>()?.model(&digits(), Loss::SoftmaxCrossEntropy)
    }

    #[test]
    fn a_convolutional_network_has_the_names_and_shapes_of_the_book() {
        let model = model("conv 3 3, relu, max-pool 2, linear 7, relu, linear outputs").unwrap();
        let tensors = model.graph.layout().tensors().iter();
        let found: Vec<_> = tensors.map(|tensor| (tensor.name.as_str(), tensor.shape.clone())).collect();
        let expected = [
            ("W1", vec![3, 1, 3, 3]),
            ("b1", vec![3]),
            ("W2", vec![27, 7]),
            ("b2", vec![7]),
            ("W3", vec![7, 10]),
            ("b3", vec![10]),
        ];
        assert_eq!(found, expected);
        assert_eq!(*model.graph.shape(model.output).unwrap(), Shape::from(&[BATCH, 10][..]));
    }

    #[test]
    fn gradients_of_whole_networks() {
        // A normalisation right after a bias takes it out: its gradient is 0, which no quotient shows.
        for text in [
            "conv 3 3, tanh, max-pool 2, linear 7, sigmoid, batch-norm, dropout 0.3, linear outputs",
            "conv 4 3 pad same stride 1, softplus, batch-norm, residual(conv 4 3 pad 1 groups 2, tanh, batch-norm), \
             average-pool 2, global-average-pool, linear outputs, dropout 0.2 book",
            "image 4x4x4, max-pool 3 stride 1, gelu, flatten, residual(tanh, linear 16), linear outputs",
        ] {
            // Rounding in a deep network leaves a difference quotient a digit less.
            assert_loss_gradients_within(1e-5, 5, 10, |graph| {
                let model: Model<f64> = model(text).unwrap();
                *graph = Arc::into_inner(model.graph).unwrap();
                Ok(graph.find("loss").unwrap())
            });
        }
    }

    #[test]
    fn activations_and_dropout_work_in_place() {
        let model = model("conv 8 3, dropout 0.5, relu, max-pool 2, linear outputs").unwrap();
        let plan = Plan::training(&model.graph, 16, model.loss, &[]).unwrap();
        let buffer =
            |name: &str| plan.nodes().iter().find(|node| node.name == name).and_then(|node| node.buffer);
        assert!(buffer("conv2d1").is_some());
        assert_eq!([buffer("dropout1"), buffer("relu1")], [buffer("conv2d1"); 2]);
        // One buffer for the gradients of all three, one for what max_pool hands them.
        assert_eq!(plan.gradient_buffers.len(), 2);
        // Another use of the value keeps it.
        let kept = self::model("conv 8 3, residual(relu), linear outputs").unwrap();
        let plan = Plan::training(&kept.graph, 16, kept.loss, &[]).unwrap();
        let buffer =
            |name: &str| plan.nodes().iter().find(|node| node.name == name).and_then(|node| node.buffer);
        assert_ne!(buffer("conv2d1"), buffer("relu1"));
    }

    #[test]
    fn layers_that_do_not_fit_are_named_with_what_they_get() {
        for (text, said) in [
            ("linear 5", "the network ends with [batch, 5], but the data ask for [batch, 10]; end it with"),
            ("conv 3 9, linear outputs", "layer `conv 3 9`: a window that reaches over 9 rows"),
            (
                "linear 5, conv 3 3, linear outputs",
                "layer `conv 3 3`: it works on images, but gets [batch, 5]",
            ),
            (
                "residual(linear 5), linear outputs",
                "layer `residual(linear 5)`: inputs [batch, 5] and [batch, 64]",
            ),
            ("conv 3 3 groups 2, linear outputs", "2 groups do not divide 1 channels"),
            (
                "image 3x3x3, linear outputs",
                "layer `image 3x3x3`: [batch, 64] cannot become [batch, 3, 3, 3]",
            ),
            ("dropout 1.5, linear outputs", "layer `dropout 1.5`: the rate is 1.5"),
        ] {
            let error = model(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
