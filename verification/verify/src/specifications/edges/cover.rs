//! Paths from start states to end states that take every edge, few of them.

use super::graph::{Graph, Order};
use std::collections::{HashSet, VecDeque};

/// A step: a process, and the state that its step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// 0 or 1.
    pub process: usize,
    /// The state after.
    pub to: usize,
}

/// A start, by its place in the list of starts, and the steps from there to where no process can make one.
#[derive(Clone, Debug)]
pub struct Path {
    /// In which order the tables have their keys.
    pub order: Order,
    /// Which start.
    pub start: usize,
    /// The steps.
    pub steps: Vec<Step>,
}

/// An edge: from a state, a process, to a state.
pub type Edge = (usize, usize, usize);

fn steps(graph: &Graph, order: Order, state: usize) -> impl Iterator<Item = Step> + '_ {
    let next = graph.states[state].next.iter().enumerate();
    next.flat_map(move |(process, targets)| {
        let fit = targets.iter().filter(move |target| target.order.is_none_or(|needed| needed == order));
        fit.map(move |target| Step { process, to: target.to })
    })
}

/// How a state is reached: from which start, and by which step from which state, if it is not a start.
type Reached = (usize, Option<(usize, Step)>);

/// For each state the start that is nearest to it, and the last step of a shortest way.
fn shortest(graph: &Graph, order: Order) -> Vec<Option<Reached>> {
    let mut found = vec![None; graph.states.len()];
    let mut queue = VecDeque::new();
    for (start, (state, _)) in graph.starts.iter().enumerate() {
        found[*state] = Some((start, None));
        queue.push_back(*state);
    }
    while let Some(state) = queue.pop_front() {
        let start = found[state].map_or(0, |(start, _)| start);
        for step in steps(graph, order, state) {
            if found[step.to].is_none() {
                found[step.to] = Some((start, Some((state, step))));
                queue.push_back(step.to);
            }
        }
    }
    found
}

/// Paths that together take every edge that a start reaches: to an edge that no path has, by a shortest way; from there on over
/// such edges as long as there are any, and to the end.
pub fn paths(graph: &Graph) -> Vec<Path> {
    let mut covered: HashSet<Edge> = HashSet::new();
    let mut paths = Vec::new();
    for order in [Order::Ascending, Order::Descending] {
        add_paths(graph, order, &mut covered, &mut paths);
    }
    paths
}

fn add_paths(graph: &Graph, order: Order, covered: &mut HashSet<Edge>, paths: &mut Vec<Path>) {
    let shortest = shortest(graph, order);
    // From the last states to the first: ways to late edges take many of the early ones.
    for state in (0..graph.states.len()).rev() {
        for step in steps(graph, order, state) {
            let Some((start, _)) =
                shortest[state].filter(|_| !covered.contains(&(state, step.process, step.to)))
            else {
                continue;
            };
            let (mut way, mut at) = (vec![step], state);
            while let Some((_, Some((before, step)))) = shortest[at] {
                way.push(step);
                at = before;
            }
            way.reverse();
            extend(graph, order, covered, &mut way);
            let mut from = graph.starts[start].0;
            for step in &way {
                covered.insert((from, step.process, step.to));
                from = step.to;
            }
            paths.push(Path { order, start, steps: way });
        }
    }
}

fn extend(graph: &Graph, order: Order, covered: &HashSet<Edge>, way: &mut Vec<Step>) {
    while let Some(last) = way.last() {
        let from = last.to;
        let fresh = |step: &Step| !covered.contains(&(from, step.process, step.to));
        let Some(next) = steps(graph, order, from).find(fresh).or_else(|| steps(graph, order, from).next())
        else {
            return;
        };
        way.push(next);
    }
}
