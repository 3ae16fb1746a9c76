//! A network, drawn from its plan.

use crate::language::say;
use thalweg_nn::{Plan, PlannedNode};
use thalweg_report::diagram::{Card, Diagram};
use thalweg_report::{Cell, Column, Language, Page, Section, Table};

/// Builds the page of what runs will do: a section for each network, with its title.
pub fn page<'a>(networks: impl IntoIterator<Item = (&'a str, &'a Plan)>, language: Language) -> Page {
    let mut page = Page::new(language, say(language, "What the run will do", "이 실행이 할 일"));
    for (title, plan) in networks {
        page.sections.push(Section { title: title.to_string(), ..network(plan, language) });
    }
    page
}

/// Draws the network as boxes, with the plan's totals.
pub(crate) fn network(plan: &Plan, language: Language) -> Section {
    let kept = |buffer: usize| match language {
        Language::English => format!("buffer {buffer}"),
        Language::Korean => format!("버퍼 {buffer}"),
    };
    let boxes = plan.drawing().into_iter().map(|node| {
        let mut details = node.leaves;
        let mut shape = format!("{:?}", node.shape);
        if let Some(buffer) = node.buffer {
            shape += &format!(" · {}", kept(buffer));
        }
        details.push(shape);
        let title = if node.name == node.op { node.name } else { format!("{} · {}", node.name, node.op) };
        Card { title, details, inputs: node.inputs, dashed: !node.stored }
    });
    let caption = say(
        language,
        "Shapes begin with the batch. Boxes with the same buffer write over each other; dashed ones are computed together with \
         the next and never stored.",
        "모양의 첫 수는 배치이다. 버퍼 번호가 같은 상자들은 같은 자리에 덮어쓰고, 점선 상자는 다음 것과 함께 계산되어 저장되지 않는다.",
    );
    let diagram = Diagram { title: say(language, "Network", "신경망"), caption, boxes: boxes.collect() };
    let mut totals = Table::new(vec![
        Column::text(say(language, "what", "항목")),
        Column::number(say(language, "number", "값")),
    ]);
    let work = |pick: fn(&PlannedNode) -> u64| plan.nodes().iter().map(pick).sum::<u64>();
    for (name, value) in [
        (say(language, "parameters", "매개변수"), plan.parameter_count() as u64),
        (say(language, "bytes of values", "값의 바이트"), plan.value_bytes() as u64),
        (say(language, "bytes of gradients", "기울기의 바이트"), plan.gradient_bytes() as u64),
        (say(language, "multiply-adds forward", "순전파 곱셈-덧셈"), work(|node| node.multiply_adds)),
        (
            say(language, "multiply-adds backward", "역전파 곱셈-덧셈"),
            work(|node| node.backward_multiply_adds),
        ),
    ] {
        totals.push([name.as_str().into(), Cell::value(thalweg_nn::grouped(value), value as f64)]);
    }
    Section::new(say(language, "Network", "신경망"), "", vec![diagram.into(), totals.into()])
}
