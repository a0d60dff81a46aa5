//! From the specification to the code: writes the graph of specs/Edges.tla to specs/edges/, for verification/verify/tests/edges.rs.
//!
//!     cargo run --release -p speccheck --bin edges              writes the files, some minutes
//!     cargo run --release -p speccheck --bin edges -- --check   compares them instead
//!
//! The file is text. A state is a line of numbers, which name a state of the shared variables and one of each process; after it
//! come the states that a step of each process leads to. `verify`'s `edges` module reads it, and tells the format.

use clap::Parser;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tla_checker::ast::State;
use tla_checker::checker::prepare_spec;
use tla_checker::eval::{init_states, make_primed_names, next_states};
use tla_checker::load::prepare_from_path;
use view::{PROCESSES, View, field, int, of_process, text, truth};

#[expect(unreachable_pub, reason = "it is a module of the library `verify` too")]
#[path = "../../../../verify/src/specifications/fingerprint.rs"]
mod fingerprint;
mod view;

/// The configurations whose graphs are kept.
const CONFIGURATIONS: [&str; 2] = ["one_key", "two_keys"];

/// Writes the graphs of specs/Edges.tla to specs/edges/.
#[derive(Debug, clap::Parser)]
#[command(name = "edges")]
struct Cli {
    /// Compares the files with the specification, and writes nothing.
    #[arg(long)]
    check: bool,
    /// Only these configurations, of specs/edges/.
    names: Vec<String>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let unknown = cli.names.iter().find(|name| !CONFIGURATIONS.contains(&name.as_str()));
    if let Some(name) = unknown {
        eprintln!("error: `{name}` is not a configuration: use {}", CONFIGURATIONS.join(", "));
        return ExitCode::from(2);
    }
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let asked = |name: &&str| cli.names.is_empty() || cli.names.iter().any(|other| other == name);
    for name in CONFIGURATIONS.iter().filter(|name| asked(name)) {
        if let Err(message) = run(&specs, name, cli.check) {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Writes the graph of a configuration, or compares it with the file.
fn run(specs: &Path, name: &str, check: bool) -> Result<(), String> {
    let path = specs.join(format!("edges/{name}.txt"));
    let graph = Graph::explore(specs, name)?;
    let text = graph.render(&fingerprint::of_edges(specs, name)?)?;
    let summary =
        format!("specs/edges/{name}.txt: {} states, {} edges", graph.kept.len(), graph.edge_count());
    if check {
        let old = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if old != text {
            return Err(format!("specs/edges/{name}.txt: not what the specification says now"));
        }
        println!("{summary}: as the specification says");
        return Ok(());
    }
    let unfinished = path.with_extension("unfinished");
    std::fs::write(&unfinished, text).map_err(|error| format!("{}: {error}", unfinished.display()))?;
    std::fs::rename(&unfinished, &path).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{summary}: written");
    Ok(())
}

/// A call of a set-up, in the words of a program. Values are 1, as at the start of the specification. Only calls that leave live
/// values at 1 take part.
fn setup_call(view: &View<'_>, process: &str) -> Option<String> {
    let call = of_process(view.get("called"), process);
    let key = char::from(b'a' + u8::try_from(int(field(call, "k")) - 1).ok()?);
    match text(field(call, "t")) {
        "swap" => Some(format!("store {key} 1")),
        "load" => Some(format!("load {key}")),
        "load_and_delete" => Some(format!("load_and_delete {key}")),
        "compare_and_delete" => Some(format!("compare_and_delete {key} 1")),
        "clear" => Some("clear".to_owned()),
        _ => None,
    }
}

struct Edge {
    process: usize,
    to: usize,
    /// Of two keys or entries that the step could have begun with: `a` when it took the first, `b` the last.
    order: &'static str,
}

/// The states and steps.
struct Graph {
    vars: Vec<Arc<str>>,
    states: Vec<State>,
    edges: Vec<Vec<Edge>>,
    /// The start states that operations reach from the empty map, with the operations.
    starts: Vec<(usize, String)>,
    /// The states that these reach, in order.
    kept: Vec<usize>,
}

impl Graph {
    fn explore(specs: &Path, name: &str) -> Result<Graph, String> {
        let configuration = specs.join(format!("edges/{name}.cfg"));
        let prepared = prepare_from_path(&specs.join("Edges.tla"), Some(&configuration), &[])
            .map_err(|error| format!("{}: {error}", configuration.display()))?;
        let spec = prepared.spec;
        let (mut env, defs) = prepare_spec(&spec, &prepared.domains, Some(&prepared.spec_path), true)
            .map_err(|error| format!("{error:?}"))?;
        let (Some(init), Some(next)) = (&spec.init, &spec.next) else {
            return Err("Edges.tla has no Init or no Next".into());
        };
        let initial = init_states(init, &spec.vars, &env, &defs).map_err(|error| format!("{error:?}"))?;
        let primed = make_primed_names(&spec.vars);
        let mut graph = Graph {
            vars: spec.vars.clone(),
            states: Vec::new(),
            edges: Vec::new(),
            starts: Vec::new(),
            kept: Vec::new(),
        };
        let mut numbers: HashMap<State, usize> = HashMap::new();
        let mut queue = VecDeque::new();
        let mut number_of = |state: State, states: &mut Vec<State>, queue: &mut VecDeque<usize>| {
            *numbers.entry(state).or_insert_with_key(|state| {
                states.push(state.clone());
                queue.push_back(states.len() - 1);
                states.len() - 1
            })
        };
        let progress = indicatif::ProgressBar::new_spinner();
        for state in initial {
            number_of(state, &mut graph.states, &mut queue);
        }
        let initial = graph.states.len();
        while let Some(from) = queue.pop_front() {
            let state = graph.states[from].clone();
            let steps = next_states(next, &state, &spec.vars, &primed, &mut env, &defs)
                .map_err(|error| format!("{error:?}"))?;
            let mut edges: Vec<Edge> = Vec::new();
            for step in steps {
                let process = graph.mover(&state, &step.state)?;
                let order = graph.order(&state, &step.state, process);
                let to = number_of(step.state, &mut graph.states, &mut queue);
                if !edges.iter().any(|edge| edge.to == to) {
                    edges.push(Edge { process, to, order });
                }
            }
            graph.edges.push(edges);
            progress.set_message(format!("{name}: {} states", graph.states.len()));
            progress.tick();
        }
        progress.finish_and_clear();
        graph.find_setups(initial);
        graph.keep();
        Ok(graph)
    }

    fn view<'a>(&'a self, state: &'a State) -> View<'a> {
        View { vars: &self.vars, state }
    }

    /// The process that a step is of.
    fn mover(&self, from: &State, to: &State) -> Result<usize, String> {
        let (from, to) = (self.view(from), self.view(to));
        let moved = |number: &usize| {
            let process = PROCESSES[*number];
            of_process(from.get("th"), process) != of_process(to.get("th"), process)
        };
        match (0..PROCESSES.len()).filter(moved).collect::<Vec<_>>()[..] {
            [process] => Ok(process),
            _ => Err("a step of Edges.tla is not of exactly one process".into()),
        }
    }

    /// Which of the keys that were to be looked at the step has looked at.
    fn order(&self, from: &State, to: &State, process: usize) -> &'static str {
        let [before, after] = [from, to].map(|state| self.view(state).remaining(PROCESSES[process]));
        let [first, last] = before[..] else { return "" };
        let key = self.view(to).key(PROCESSES[process]);
        let looked_at = if after.len() == 2 && key != 0 && self.view(from).key(PROCESSES[process]) == 0 {
            Some(key)
        } else {
            before.iter().find(|one| !after.contains(one)).copied()
        };
        match looked_at {
            Some(one) if self.view(from).key(PROCESSES[process]) == 0 && one == first => "a",
            Some(one) if self.view(from).key(PROCESSES[process]) == 0 && one == last => "b",
            _ => "",
        }
    }

    /// Which start states does the first process, alone, reach from the empty map, one operation after the other?
    fn find_setups(&mut self, initial: usize) {
        let shape = |state: usize| self.view(&self.states[state]).shape();
        let by_shape: BTreeMap<String, usize> = (0..initial).map(|state| (shape(state), state)).collect();
        let empty = (0..initial).find(|state| {
            let view = self.view(&self.states[*state]);
            !truth(field(view.get("read"), "tab"))
                && !truth(view.get("noted"))
                && !truth(field(view.get("dirty"), "is"))
        });
        let Some(empty) = empty else { return };
        let mut setups: BTreeMap<usize, String> = BTreeMap::from([(empty, String::new())]);
        let mut queue = VecDeque::from([empty]);
        while let Some(start) = queue.pop_front() {
            let before = setups[&start].clone();
            for end in self.alone(start) {
                let view = self.view(&self.states[end]);
                let (Some(call), Some(reached)) =
                    (setup_call(&view, PROCESSES[0]), by_shape.get(&view.shape()))
                else {
                    continue;
                };
                if !setups.contains_key(reached) {
                    let setup = if before.is_empty() { call } else { format!("{before}; {call}") };
                    setups.insert(*reached, setup);
                    queue.push_back(*reached);
                }
            }
        }
        self.starts = setups.into_iter().collect();
    }

    /// Where the first process comes to when it runs one operation alone.
    fn alone(&self, start: usize) -> Vec<usize> {
        let (mut open, mut ends) = (vec![start], Vec::new());
        while let Some(state) = open.pop() {
            for edge in self.edges[state].iter().filter(|edge| edge.process == 0) {
                let view = self.view(&self.states[edge.to]);
                if view.place(PROCESSES[0]) == "idle" && view.calls(PROCESSES[0]) > 0 {
                    ends.push(edge.to);
                } else {
                    open.push(edge.to);
                }
            }
        }
        ends
    }

    fn keep(&mut self) {
        let mut kept = vec![false; self.states.len()];
        let mut queue: VecDeque<usize> = self.starts.iter().map(|(state, _)| *state).collect();
        queue.iter().for_each(|state| kept[*state] = true);
        while let Some(state) = queue.pop_front() {
            self.kept.push(state);
            for edge in &self.edges[state] {
                if !std::mem::replace(&mut kept[edge.to], true) {
                    queue.push_back(edge.to);
                }
            }
        }
    }

    fn edge_count(&self) -> usize {
        self.kept.iter().map(|state| self.edges[*state].len()).sum()
    }

    fn render(&self, fingerprint: &str) -> Result<String, String> {
        let mut tables = [Table::default(), Table::default()];
        let number: HashMap<usize, usize> =
            self.kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let mut lines = String::new();
        for state in &self.kept {
            let view = self.view(&self.states[*state]);
            let shared = tables[0].number(view.shared());
            let processes = PROCESSES.map(|process| tables[1].number(view.process(process)));
            let to = |process: usize| {
                let edges = self.edges[*state].iter().filter(|edge| edge.process == process);
                edges.map(|edge| format!("{}{}", number[&edge.to], edge.order)).collect::<Vec<_>>().join(",")
            };
            writeln!(lines, "{shared} {} {}|{}|{}", processes[0], processes[1], to(0), to(1))
                .map_err(|e| e.to_string())?;
        }
        let mut text = String::from(
            "# The graph of specs/Edges.tla. Written by `cargo run --release -p speccheck --bin edges`; do not edit.\n",
        );
        let _ = writeln!(text, "specification {fingerprint}");
        let _ = writeln!(text, "edges {}", self.edge_count());
        let _ = writeln!(text, "starts {}", self.starts.len());
        for (state, setup) in &self.starts {
            let _ = writeln!(text, "{} {setup}", number[state]);
        }
        for (title, table) in ["shared", "processes"].into_iter().zip(&tables) {
            let _ = writeln!(text, "{title} {}", table.rows.len());
            table.rows.iter().for_each(|row| text.push_str(&format!("{row}\n")));
        }
        let _ = writeln!(text, "states {}", self.kept.len());
        text.push_str(&lines);
        Ok(text)
    }
}

/// Lines, each once.
#[derive(Default)]
struct Table {
    rows: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Table {
    fn number(&mut self, row: String) -> usize {
        *self.numbers.entry(row).or_insert_with_key(|row| {
            self.rows.push(row.clone());
            self.rows.len() - 1
        })
    }
}
