//! A network, drawn from its plan.

use thalweg_nn::{Plan, PlannedNode};
use thalweg_report::diagram::{Card, Diagram};
use thalweg_report::{Cell, Column, Language, Page, Section, Table};

/// Builds the page of what runs will do: a section for each network, with its title.
pub fn page<'a>(networks: impl IntoIterator<Item = (&'a str, &'a Plan)>, language: Language) -> Page {
    let words = language.words();
    let mut page = Page::new(language, words.networks_title());
    for (title, plan) in networks {
        page.sections.push(Section { title: title.to_string(), ..network(plan, language) });
    }
    page
}

/// Draws the network as boxes, with the plan's totals.
pub(crate) fn network(plan: &Plan, language: Language) -> Section {
    let words = language.words();
    let boxes = plan.drawing().into_iter().map(|node| {
        let mut details = node.leaves;
        let mut shape = format!("{:?}", node.shape);
        if let Some(buffer) = node.buffer {
            shape += &format!(" · {}", words.buffer(buffer));
        }
        details.push(shape);
        let title = if node.name == node.op { node.name } else { format!("{} · {}", node.name, node.op) };
        Card { title, details, inputs: node.inputs, dashed: !node.stored }
    });
    let caption = words.network_caption().into();
    let diagram = Diagram { title: words.network().into(), caption, boxes: boxes.collect() };
    let mut totals = Table::new(vec![Column::text(words.what()), Column::number(words.number())]);
    let work = |pick: fn(&PlannedNode) -> u64| plan.nodes().iter().map(pick).sum::<u64>();
    for (name, value) in [
        (words.parameters(), plan.parameter_count() as u64),
        (words.value_bytes(), plan.value_bytes() as u64),
        (words.gradient_bytes(), plan.gradient_bytes() as u64),
        (words.forward_multiply_adds(), work(|node| node.multiply_adds)),
        (words.backward_multiply_adds(), work(|node| node.backward_multiply_adds)),
    ] {
        totals.push([name.into(), Cell::value(thalweg_nn::grouped(value), value as f64)]);
    }
    Section::new(words.network(), "", vec![diagram.into(), totals.into()])
}
