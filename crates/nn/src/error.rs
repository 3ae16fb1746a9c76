//! What can go wrong with graphs and sessions, in sentences that say what to do.

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GraphError {
    /// The shapes (or kinds) of an op's inputs do not fit together.
    #[error("`{op}` node `{node}`: {explanation}")]
    Shape {
        /// The op.
        op: &'static str,
        /// The name the node would have had.
        node: String,
        /// What does not fit, with both shapes.
        explanation: String,
    },
    /// Two nodes of one graph have the same name.
    #[error("the node name `{0}` is used twice; give each node a name of its own")]
    DuplicateName(String),
    /// A leaf has a shape it cannot have.
    #[error("`{node}` has shape {shape}: {explanation}")]
    LeafShape {
        /// The node.
        node: String,
        /// Its shape.
        shape: String,
        /// What is wrong with it.
        explanation: &'static str,
    },
    /// A node was used with a graph it does not belong to.
    #[error("the node belongs to another graph; use the nodes that this graph's functions returned")]
    ForeignNode,
    /// Something is asked of a node that is of another kind.
    #[error("node `{node}` is {found}; {expected}")]
    Kind {
        /// The node.
        node: String,
        /// What it is.
        found: &'static str,
        /// What the operation works on.
        expected: &'static str,
    },
    /// Gradients were asked of something that is not one number computed by an op.
    #[error(
        "node `{node}` of shape {shape} cannot be a loss: a loss is a single number computed by an op; end the graph with \
         one (`softmax_cross_entropy`, `mean_squared_error`)"
    )]
    NotALoss {
        /// The node.
        node: String,
        /// Its shape.
        shape: String,
    },
    /// A batch too small to learn from.
    #[error("`{op}` node `{node}`: {explanation}")]
    Batch {
        /// The op.
        op: &'static str,
        /// The node.
        node: String,
        /// What is missing, and what to do.
        explanation: String,
    },
    /// A batch without examples.
    #[error("a batch needs at least one example")]
    EmptyBatch,
    /// A number of elements that does not fit in memory.
    #[error(
        "the value of node `{node}`, of shape {shape}, is too large for this machine; use a smaller batch or layer"
    )]
    TooLarge {
        /// The node.
        node: String,
        /// Its shape.
        shape: String,
    },
    /// A session was asked about a node it does not hold.
    #[error("this session does not keep the {what} of node `{node}`; {advice}")]
    NotKept {
        /// The node.
        node: String,
        /// `value` or `gradient`.
        what: &'static str,
        /// How to have it kept.
        advice: &'static str,
    },
    /// A slice has the wrong number of elements.
    #[error("{what} has {found} elements; {expected} are expected")]
    Length {
        /// What was given.
        what: String,
        /// Its number of elements.
        found: usize,
        /// The number that fits.
        expected: usize,
    },
    /// Forward was called before an input was filled.
    #[error(
        "input `{0}` has no values yet; write them with `input_mut` (numbers) or `labels_mut` (labels) before `forward`"
    )]
    Unfilled(String),
    /// Values were asked for before they were computed.
    #[error("nothing is computed yet for the present inputs; call `forward` first")]
    NotComputed,
    /// Backward was called on a session that only evaluates.
    #[error("this session only evaluates; make one with `Session::training` to compute gradients")]
    NotTraining,
    /// A class label is too large.
    #[error("`{node}`: example {example} has label {label}, but there are {classes} classes (labels 0 to {})", classes - 1)]
    Label {
        /// The node that holds the labels, or what the caller calls them.
        node: String,
        /// The example, counted from 0.
        example: usize,
        /// Its label.
        label: u32,
        /// The number of classes.
        classes: usize,
    },
    /// A value or gradient that is not finite, found because [`Session::set_anomaly`](crate::Session::set_anomaly) asks for it.
    #[error("{what} is {value} at {place} {explanation}")]
    Anomaly {
        /// The value or gradient, with the node.
        what: String,
        /// What it is: NaN or an infinity.
        value: f64,
        /// The indices of the first such element.
        place: String,
        /// When it arose, and from what.
        explanation: String,
    },
    /// A network that cannot be written as ONNX.
    #[error("`{op}` node `{node}` cannot be written as ONNX: {explanation}")]
    Onnx {
        /// The op.
        op: &'static str,
        /// The node.
        node: String,
        /// Why not.
        explanation: String,
    },
    /// A list of layers cannot be read.
    #[error("the layers `{}` cannot be read: {explanation}", beginning(.text))]
    Layers {
        /// The list.
        text: String,
        /// What is wrong with it.
        explanation: String,
    },
    /// A layer of a list does not fit where it stands.
    #[error("layer `{layer}`: {explanation}")]
    Layer {
        /// The layer.
        layer: String,
        /// What does not fit.
        explanation: String,
    },
    /// A number that is to name a row of a table names none.
    #[error("`{node}`: place {place} holds {token}, but tokens are whole numbers from 0 to {}, the rows of the table", rows - 1)]
    Token {
        /// The node that holds the tokens.
        node: String,
        /// The place, row-major, counted from 0.
        place: usize,
        /// What it holds.
        token: f64,
        /// The rows of the table.
        rows: usize,
    },
    /// A text is not the name of something.
    #[error("unknown {what} `{found}`; choose one of: {choices}")]
    Unknown {
        /// The kind of thing.
        what: &'static str,
        /// The text.
        found: String,
        /// All names.
        choices: String,
    },
    /// The parameters cannot be laid out.
    #[error(transparent)]
    Layout(#[from] thalweg_arena::ArenaError),
}

/// Characters of a text that messages show.
const SHOWN: usize = 300;

/// Returns the beginning of a text, and a mark that it goes on.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
