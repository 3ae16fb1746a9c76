//! A computational graph forward and backward: two apples at 100 each with 10 % tax cost 220. Backpropagation then says how
//! much the total would change with each number that went in.
//!
//! `cargo run -p thalweg --example 01_apples`

use std::error::Error;
use std::sync::Arc;
use thalweg::nn::{Graph, Session};

fn main() -> Result<(), Box<dyn Error>> {
    // Building the graph computes nothing; it checks shapes. `[]` is the shape of a single number.
    let mut graph = Graph::<f64>::new();
    let price = graph.input("price of an apple", &[])?;
    let count = graph.input("number of apples", &[])?;
    let tax = graph.input("tax", &[])?;
    let apples = graph.multiply(price, count)?;
    let total = graph.multiply(apples, tax)?;

    // Gradients are computed only for those who ask.
    let inputs = [(price, 100.0), (count, 2.0), (tax, 1.1)];
    for (node, _) in inputs {
        graph.want_gradient(node)?;
    }

    // A session owns the memory for running the graph. This graph has no parameters, so the slices of them are empty.
    let mut session = Session::training(&Arc::new(graph), 1, total, &[])?;
    for (node, value) in inputs {
        session.set_input(node, &[value])?;
    }
    session.forward(&[])?;
    session.backward(&[], &mut [])?;

    println!("total: {:.0}", session.loss(total)?);
    for (node, value) in inputs {
        let name = session.graph().name(node)?;
        println!("{name} is {value}; d total / d {name} = {:.1}", session.gradient(node)?[0]);
    }
    Ok(())
}
