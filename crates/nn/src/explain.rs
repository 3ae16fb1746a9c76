//! The plan as text: each node with its shape, bytes and work, then the totals.

use crate::Plan;
use std::fmt;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = ["node", "computed as", "shape", "bytes", "buffer", "gradient", "multiply-adds"];
        let mut rows = vec![header.map(String::from)];
        for node in self.nodes() {
            let computed = if node.inputs.is_empty() {
                node.op.to_owned()
            } else {
                format!("{}({})", node.op, node.inputs.join(", "))
            };
            let work = node.multiply_adds + node.backward_multiply_adds;
            rows.push([
                node.name.clone(),
                computed,
                format!("{:?}", node.shape),
                grouped(node.bytes as u64),
                node.buffer.map(|buffer| buffer.to_string()).unwrap_or_default(),
                if node.gradient { "yes".into() } else { String::new() },
                if work > 0 { grouped(work) } else { String::new() },
            ]);
        }
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..header.len()).map(width).collect();
        for row in &rows {
            // Numbers to the right, words to the left.
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| match column {
                3 | 4 | 6 => format!("{cell:>width$}"),
                _ => format!("{cell:<width$}"),
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        let work = |pick: fn(&crate::PlannedNode) -> u64| grouped(self.nodes().iter().map(pick).sum());
        writeln!(f)?;
        writeln!(f, "batch           {}", grouped(self.batch() as u64))?;
        writeln!(f, "parameters      {}", grouped(self.parameter_count() as u64))?;
        writeln!(
            f,
            "value bytes     {} in {} buffers",
            grouped(self.value_bytes() as u64),
            self.value_buffers.len()
        )?;
        writeln!(
            f,
            "gradient bytes  {} in {} buffers",
            grouped(self.gradient_bytes() as u64),
            self.gradient_buffers.len()
        )?;
        let (forward, backward) = (work(|node| node.multiply_adds), work(|node| node.backward_multiply_adds));
        write!(f, "multiply-adds   {forward} forward, {backward} backward")
    }
}

/// Returns a number with its digits in groups of three: `109,386`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Loss, Mlp};

    #[test]
    fn digits_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 109_386, 1_234_567].map(grouped),
            ["0", "999", "1,000", "109,386", "1,234,567"]
        );
    }

    #[test]
    fn a_network_is_explained() {
        let (activation, loss) = (Activation::Relu, Loss::SoftmaxCrossEntropy);
        let model =
            Mlp { inputs: 784, hidden: vec![50], outputs: 10, activation, loss }.build::<f32>().unwrap();
        let plan = Plan::training(&model.graph, 100, model.loss, &[]).unwrap();
        let expected = "\
node     computed as                        shape         bytes  buffer  gradient  multiply-adds
x        input                              [100, 784]  313,600       0
";
        let text = plan.to_string();
        assert!(text.starts_with(expected), "{text}");
        assert!(text.contains("linear1  linear(x, W1, b1)"), "{text}");
        assert!(text.contains("parameters      39,760\n"), "{text}");
        assert!(text.ends_with("multiply-adds   3,970,000 forward, 4,020,000 backward"), "{text}");
    }
}
