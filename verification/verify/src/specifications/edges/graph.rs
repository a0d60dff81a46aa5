//! The graph, as text and in memory.
//!
//! ```text
//! specification HASH          which specification it is of: `fingerprint`
//! edges N
//! starts N                    then N lines: the number of a state, and the operations that bring an empty map there
//! shared N                    then N lines: see `Shared`
//! processes N                 then N lines: see `Process`
//! states N                    then N lines: SHARED PROCESS PROCESS|STATE,STATE…|STATE…: the states that a step of the first
//!                             process leads to, and of the second; with `a` or `b` where the step has to look at the first
//!                             or the last key before the other
//! ```

use std::path::Path;

/// What all processes share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Who holds the mutex: 1, 2, or 0 for nobody.
    pub holder: usize,
    /// There is a published table.
    pub table: bool,
    /// It is amended.
    pub amended: bool,
    /// For each key its entry in the published table, or 0.
    pub read: Vec<usize>,
    /// Dirty is present.
    pub dirty_present: bool,
    /// For each key its entry in dirty, or 0.
    pub dirty: Vec<usize>,
    /// Misses.
    pub misses: usize,
    /// How many entries the last copy has expunged.
    pub expunged: usize,
    /// A deletion was noted.
    pub noted: bool,
    /// For each entry its slot: a value, 0 for deleted, -1 for expunged.
    pub heap: Vec<i64>,
    /// How many entries were retired.
    pub retired: usize,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Where it is: which action it can take.
    pub place: String,
    /// What it has called: an operation, a key from 1, a new value, a value to compare with. `none` as long as it has not.
    pub call: Call,
    /// What the call has answered.
    pub said: Option<Vec<i64>>,
}

/// A call, in the words of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The operation.
    pub operation: String,
    /// The key, from 1.
    pub key: i64,
    /// The value that it brings.
    pub value: i64,
    /// The value that it compares with.
    pub old: i64,
}

/// A state: the numbers of its parts, and where steps lead.
#[derive(Clone, Debug)]
pub struct State {
    /// Its line of `shared`.
    pub shared: usize,
    /// Its lines of `processes`.
    pub processes: [usize; 2],
    /// Where a step of each process leads.
    pub next: [Vec<Target>; 2],
}

/// In which order the keys of a table are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The first key first.
    Ascending,
    /// The last key first.
    Descending,
}

/// Where a step leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The state.
    pub to: usize,
    /// The step needs this order of the keys. (The specification allows any; a table has one.)
    pub order: Option<Order>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The specification that it is of.
    pub specification: String,
    /// How many edges there are.
    pub edges: usize,
    /// The start states, each with the operations that bring an empty map there.
    pub starts: Vec<(usize, String)>,
    /// See [`Shared`].
    pub shared: Vec<Shared>,
    /// See [`Process`].
    pub processes: Vec<Process>,
    /// The states.
    pub states: Vec<State>,
}

/// The lines of the file that say something, with their numbers.
struct Lines<'a> {
    lines: Box<dyn Iterator<Item = (usize, &'a str)> + 'a>,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<(usize, &'a str), String> {
        self.lines.next().ok_or_else(|| "it ends too early".to_owned())
    }

    /// A line `title N`.
    fn title(&mut self, title: &str) -> Result<&'a str, String> {
        let (number, line) = self.next()?;
        line.strip_prefix(title)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| format!("line {number}: `{title}` is expected"))
    }

    /// A line `title N`, and the N lines after it.
    fn part<T>(&mut self, title: &str, row: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
        let count: usize = self.title(title)?.parse().map_err(|_| format!("`{title}` needs a number"))?;
        let rows = (0..count).map(|_| {
            let (number, line) = self.next()?;
            row(line).ok_or_else(|| format!("line {number}: `{line}` is not a row of `{title}`"))
        });
        rows.collect()
    }
}

fn numbers<T: std::str::FromStr>(text: &str) -> Option<Vec<T>> {
    match text {
        "" | "-" => Some(Vec::new()),
        _ => text.split(',').map(|number| number.parse().ok()).collect(),
    }
}

fn targets(text: &str) -> Option<Vec<Target>> {
    let target = |text: &str| {
        let (number, order) = match text.strip_suffix('a') {
            Some(number) => (number, Some(Order::Ascending)),
            None => text.strip_suffix('b').map_or((text, None), |number| (number, Some(Order::Descending))),
        };
        Some(Target { to: number.parse().ok()?, order })
    };
    if text.is_empty() { Some(Vec::new()) } else { text.split(',').map(target).collect() }
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn shared(line: &str) -> Option<Shared> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [holder, table, amended, read, dirty_present, dirty, misses, expunged, noted, heap, retired] =
        fields.try_into().ok()?;
    Some(Shared {
        holder: holder.parse().ok()?,
        table: flag(table)?,
        amended: flag(amended)?,
        read: numbers(read)?,
        dirty_present: flag(dirty_present)?,
        dirty: numbers(dirty)?,
        misses: misses.parse().ok()?,
        expunged: expunged.parse().ok()?,
        noted: flag(noted)?,
        heap: numbers(heap)?,
        retired: retired.parse().ok()?,
    })
}

fn process(line: &str) -> Option<Process> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [place, operation, key, value, old, said] = fields.try_into().ok()?;
    let call = Call {
        operation: operation.to_owned(),
        key: key.parse().ok()?,
        value: value.parse().ok()?,
        old: old.parse().ok()?,
    };
    let said = if said == "-" { None } else { Some(numbers(said)?) };
    Some(Process { place: place.to_owned(), call, said })
}

fn state(line: &str) -> Option<State> {
    let fields: Vec<&str> = line.split('|').collect();
    let [parts, first, second] = fields.try_into().ok()?;
    let parts: Vec<usize> = parts.split(' ').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [shared, one, two] = parts.try_into().ok()?;
    Some(State { shared, processes: [one, two], next: [targets(first)?, targets(second)?] })
}

fn start(line: &str) -> Option<(usize, String)> {
    let (number, setup) = line.split_once(' ')?;
    Some((number.parse().ok()?, setup.to_owned()))
}

impl Graph {
    /// Reads the graph.
    ///
    /// # Errors
    /// The line that is wrong.
    pub fn parse(text: &str) -> Result<Graph, String> {
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let mut lines = Lines { lines: Box::new(lines.filter(|(_, line)| !line.starts_with('#'))) };
        let specification = lines.title("specification")?.to_owned();
        let edges = lines.title("edges")?.parse().map_err(|_| "`edges` needs a number".to_owned())?;
        let starts = lines.part("starts", start)?;
        let shared = lines.part("shared", shared)?;
        let processes = lines.part("processes", process)?;
        let states = lines.part("states", state)?;
        let graph = Graph { specification, edges, starts, shared, processes, states };
        let counted: usize = graph.states.iter().map(|state| state.next[0].len() + state.next[1].len()).sum();
        if counted != edges {
            return Err(format!("it should have {edges} edges, and has {counted}"));
        }
        graph.numbers_exist()?;
        Ok(graph)
    }

    fn numbers_exist(&self) -> Result<(), String> {
        let state = |number: &usize| *number < self.states.len();
        let good = |row: &State| {
            row.shared < self.shared.len()
                && row.processes.iter().all(|number| *number < self.processes.len())
                && row.next.iter().flatten().all(|target| state(&target.to))
        };
        let starts = self.starts.iter().all(|(number, _)| state(number));
        let entries = |row: &Shared| row.read.iter().chain(&row.dirty).all(|entry| *entry <= row.heap.len());
        match self.states.iter().all(good) && starts && self.shared.iter().all(entries) {
            true => Ok(()),
            false => Err("a number in it names nothing".to_owned()),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(path: &Path) -> Result<Graph, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Graph::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// What is shared in a state.
    pub fn shared(&self, state: usize) -> &Shared {
        &self.shared[self.states[state].shared]
    }

    /// A process in a state: 0 or 1.
    pub fn process(&self, state: usize, process: usize) -> &Process {
        &self.processes[self.states[state].processes[process]]
    }
}
