//! The assurance case as a drawing: claims from left to right, and at their ends the promises that they rest on.

use super::beside::{Case, Node};
use maud::{Markup, html};

const WIDTH: usize = 250;
const GAP: usize = 36;
const LINE: usize = 15;
const LETTERS: usize = 36;

/// A claim with its place.
struct Placed<'c> {
    node: &'c Node,
    lines: Vec<String>,
    x: usize,
    y: usize,
    height: usize,
}

/// Text in lines of at most so many letters, where words allow.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let is_full =
            lines.last().is_some_and(|line| !line.is_empty() && line.len() + 1 + word.len() > letters);
        if is_full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Places a claim and what is under it, from `top` on; returns where that ends.
fn place<'c>(
    case: &'c Case,
    node: &'c Node,
    depth: usize,
    top: usize,
    placed: &mut Vec<Placed<'c>>,
) -> usize {
    let mut lines = wrapped(&format!("{}: {}", node.id, node.claim), LETTERS);
    if !node.because.is_empty() {
        lines.extend(wrapped(&format!("because {}", node.because), LETTERS));
    }
    let promises = if node.promises.is_empty() { 0 } else { node.promises.len() * LINE + 6 };
    let height = lines.len() * LINE + promises + 14;
    let mut end = top;
    for under in case.node.iter().filter(|other| other.under == node.id) {
        end = place(case, under, depth + 1, end, placed);
    }
    let below = end.saturating_sub(top);
    let y = top + below.saturating_sub(height + 12) / 2;
    placed.push(Placed { node, lines, x: 10 + depth * (WIDTH + GAP), y, height });
    end.max(y + height + 12)
}

/// The drawing. `link` says where a promise is told.
pub(super) fn svg(case: &Case, link: impl Fn(&str) -> String) -> String {
    let mut placed = Vec::new();
    let height = case.node.first().map_or(0, |first| place(case, first, 0, 10, &mut placed));
    let width = placed.iter().map(|it| it.x).max().unwrap_or(0) + WIDTH + 10;
    let drawing = html! {
        svg xmlns="http://www.w3.org/2000/svg" width=(width) height=(height) viewBox=(format!("0 0 {width} {height}"))
            font-family="sans-serif" font-size="12" role="img" aria-label="The assurance case" {
            @for it in &placed { (arrow(it, &placed)) }
            @for it in &placed { (claim(it, &link)) }
        }
    };
    drawing.into_string()
}

/// From the claim above to this one.
fn arrow(it: &Placed<'_>, placed: &[Placed<'_>]) -> Markup {
    let above = placed.iter().find(|other| other.node.id == it.node.under);
    html! {
        @if let Some(above) = above {
            path d=(format!("M {} {} L {} {}", above.x + WIDTH, above.y + above.height / 2, it.x, it.y + it.height / 2))
                stroke="#888" fill="none" {}
        }
    }
}

fn claim(it: &Placed<'_>, link: &impl Fn(&str) -> String) -> Markup {
    let first = it.y + it.lines.len() * LINE + 12;
    html! {
        g id=(it.node.id) {
            rect x=(it.x) y=(it.y) width=(WIDTH) height=(it.height) rx="4" fill="#fff" stroke="#333" {}
            @for (number, line) in it.lines.iter().enumerate() {
                text x=(it.x + 8) y=(it.y + 17 + number * LINE) fill="#111" { (line) }
            }
            @for (number, promise) in it.node.promises.iter().enumerate() {
                a href=(link(promise)) {
                    text x=(it.x + 16) y=(first + 10 + number * LINE) fill="#06c" { (promise) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, under: &str, promises: &[&str]) -> Node {
        Node {
            id: id.into(),
            claim: "a claim of some words".into(),
            under: under.into(),
            because: String::new(),
            promises: promises.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn each_claim_and_each_promise_is_drawn_and_no_box_lies_on_another() {
        let case =
            Case { node: vec![node("G1", "", &[]), node("G2", "G1", &["a", "b"]), node("G3", "G1", &["c"])] };
        let drawing = svg(&case, |id| format!("#{id}"));
        for words in ["G1: a claim", "G2: a claim", "href=\"#b\"", "href=\"#c\""] {
            assert!(drawing.contains(words), "{words}: {drawing}");
        }
        let mut placed = Vec::new();
        place(&case, &case.node[0], 0, 10, &mut placed);
        for (number, one) in placed.iter().enumerate() {
            for other in &placed[number + 1..] {
                let apart =
                    one.x != other.x || one.y + one.height <= other.y || other.y + other.height <= one.y;
                assert!(apart, "{} and {}", one.node.id, other.node.id);
            }
        }
    }
}
