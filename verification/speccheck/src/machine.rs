//! The transitions of SyncMap.tla, worked out as they are needed, and what each does to the memory of the code.

use crate::expected::folder;
use crate::modules::Cfg;
use crate::recorded::Operation;
use crate::show::{field, pairs, variable};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;
use std::rc::Rc;
use std::sync::Arc;
use tla_checker::ast::{DefinitionMap, Env, Expr, State, Value};
use tla_checker::checker::prepare_spec;
use tla_checker::eval::{init_states, make_primed_names, next_states};
use tla_checker::load::prepare_from_path;

/// What an atomic object holds, in the words of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// A slot: a value, 0 for deleted, -1 for expunged.
    Slot(i64),
    /// The published table: whether there is one, and its tag.
    Table(bool, bool),
    /// The note of deletions.
    Note(bool),
}

/// What a transition does to the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The entry, for a slot.
    pub entry: Option<i64>,
    /// What it sees; nothing for the mutex.
    pub seen: Option<Held>,
    /// What it writes.
    pub written: Option<Held>,
}

/// A transition.
#[derive(Clone, Debug)]
pub struct Step {
    /// The action.
    pub action: Arc<str>,
    /// The process, from 0.
    pub process: usize,
    /// The state after it.
    pub to: usize,
    /// What it does.
    pub access: Access,
}

/// The specification, from the empty map on.
pub struct Machine {
    states: Vec<State>,
    numbers: HashMap<State, usize>,
    steps: HashMap<(usize, Option<Operation>), Rc<Vec<Step>>>,
    vars: Vec<Arc<str>>,
    primed: Vec<Arc<str>>,
    next: Expr,
    env: Env,
    defs: DefinitionMap,
}

fn text(words: &str) -> Value {
    Value::Str(words.into())
}

fn record(operation: &Operation) -> Value {
    let fields = [
        ("t", text(operation.t)),
        ("k", Value::Int(operation.k)),
        ("v", Value::Int(operation.v)),
        ("o", Value::Int(operation.o)),
    ];
    Value::Record(Arc::new(fields.into_iter().map(|(name, value)| (Arc::from(name), value)).collect()))
}

impl Machine {
    /// For so many processes and keys.
    ///
    /// # Errors
    /// What tla-checker finds wrong.
    pub fn new(processes: usize, keys: usize) -> Result<Machine, String> {
        let mut cfg: Cfg = crate::modules::cfg("one_key")?;
        let list = |names: Vec<String>| format!("{{{}}}", names.join(", "));
        let mut set = |name: &str, value: String| cfg.constants.insert(name.into(), value);
        set("Procs", list((1..=processes).map(|n| format!("p{n}")).collect()));
        set("Keys", list((1..=keys).map(|n| n.to_string()).collect()));
        set("MaxOps", "1000".into());
        set("Kinds", "{}".into());
        set("InitAny", "FALSE".into());
        set("Monitor", "FALSE".into());
        cfg.invariants.clear();
        cfg.properties.clear();
        let mut file =
            tempfile::Builder::new().suffix(".cfg").tempfile().map_err(|error| error.to_string())?;
        file.write_all(cfg.to_string().as_bytes()).map_err(|error| error.to_string())?;
        let path = folder().join("SyncMap.tla");
        let prepared = prepare_from_path(&path, Some(file.path()), &[]).map_err(|error| error.to_string())?;
        let (env, defs) = prepare_spec(&prepared.spec, &prepared.domains, Some(&path), true)
            .map_err(|error| format!("{error:?}"))?;
        let spec = prepared.spec;
        let (init, next) = spec.init.zip(spec.next).ok_or("SyncMap.tla has no Init or no Next")?;
        let initial = init_states(&init, &spec.vars, &env, &defs).map_err(|error| format!("{error:?}"))?;
        let [first] = initial.as_slice() else {
            return Err(format!("{} initial states, where there is one empty map", initial.len()));
        };
        let numbers = HashMap::from([(first.clone(), 0)]);
        let primed = make_primed_names(&spec.vars);
        Ok(Machine {
            states: vec![first.clone()],
            numbers,
            steps: HashMap::new(),
            primed,
            next,
            env,
            defs,
            vars: spec.vars,
        })
    }

    /// How many states were come to.
    pub fn states(&self) -> usize {
        self.states.len()
    }

    fn value(&self, state: usize, name: &str) -> &Value {
        variable(&self.vars, &self.states[state], name).expect("a variable of SyncMap.tla")
    }

    /// The registers of a process.
    pub fn process(&self, state: usize, process: usize) -> &Value {
        pairs(self.value(state, "th")).into_iter().nth(process).expect("a process").1
    }

    /// Where a process is.
    pub fn place(&self, state: usize, process: usize) -> String {
        word(field(self.process(state, process), "pc"))
    }

    /// The steps from a state; with an operation, only the first steps of calls of it.
    ///
    /// # Errors
    /// What tla-checker finds wrong.
    pub fn steps(&mut self, state: usize, call: Option<&Operation>) -> Result<Rc<Vec<Step>>, String> {
        let key = (state, call.cloned());
        if let Some(steps) = self.steps.get(&key) {
            return Ok(Rc::clone(steps));
        }
        let calls: BTreeSet<Value> = call.iter().map(|operation| record(operation)).collect();
        self.env.insert("Calls".into(), Value::set(calls));
        let from = self.states[state].clone();
        let transitions = next_states(&self.next, &from, &self.vars, &self.primed, &mut self.env, &self.defs)
            .map_err(|error| format!("{error:?}"))?;
        let mut steps = Vec::new();
        for transition in transitions {
            let action = transition.action.ok_or("a step of SyncMap.tla without the name of an action")?;
            if action.as_ref() == "Finished" || (action.as_ref() == "Rd1") != call.is_some() {
                continue;
            }
            let to = match self.numbers.get(&transition.state) {
                Some(to) => *to,
                None => {
                    self.states.push(transition.state.clone());
                    self.numbers.insert(transition.state, self.states.len() - 1);
                    self.states.len() - 1
                }
            };
            steps.extend(self.step(state, to, action));
        }
        let steps = Rc::new(steps);
        self.steps.insert(key, Rc::clone(&steps));
        Ok(steps)
    }

    /// The step, for the process that made it. One that changes nothing (an exchange that fails, and sees what it saw) may be anyone's.
    fn step(&self, from: usize, to: usize, action: Arc<str>) -> Vec<Step> {
        let processes = pairs(self.value(from, "th")).len();
        let may_be = |process: &usize| {
            if from == to {
                self.place(from, *process) == "ecas"
            } else {
                self.process(from, *process) != self.process(to, *process)
            }
        };
        let movers = (0..processes).filter(may_be);
        movers
            .map(|process| Step {
                access: self.access(from, to, process, &action),
                action: Arc::clone(&action),
                process,
                to,
            })
            .collect()
    }

    fn access(&self, from: usize, to: usize, process: usize, action: &str) -> Access {
        let table = |state: usize| {
            let read = self.value(state, "read");
            let flag = |name: &str| field(read, name) == Some(&Value::Bool(true));
            Some(Held::Table(flag("tab"), flag("am")))
        };
        let note = |state: usize| Some(Held::Note(self.value(state, "noted") == &Value::Bool(true)));
        let plain = |seen, written| Access { entry: None, seen, written };
        match action {
            "Lock" | "Unlock" => plain(None, None),
            "Promo" | "Clear" | "Amend" => plain(table(from), table(to)),
            "NoteLoad" => plain(note(from), None),
            "NoteSet" | "NoteTake" => plain(note(from), note(to)),
            "ELoad" | "ECas" | "SwapLocked" | "Visit" | "XLoad" | "XCas" | "Unexp" | "Out" => {
                let entry = self.entry(from, to, process, action);
                let slot = |state: usize| {
                    let heap = pairs(self.value(state, "heap"));
                    let place = usize::try_from(entry - 1).ok();
                    Held::Slot(
                        place.and_then(|place| heap.get(place)).map_or(0, |(_, value)| number(Some(*value))),
                    )
                };
                let writes = match action {
                    "ECas" => from != to && self.expects(from, process) == slot(from),
                    "SwapLocked" => true,
                    "XCas" | "Unexp" => slot(from) != slot(to),
                    _ => false,
                };
                Access { entry: Some(entry), seen: Some(slot(from)), written: writes.then(|| slot(to)) }
            }
            _ => plain(table(from), None),
        }
    }

    /// What the exchange of a process expects.
    fn expects(&self, state: usize, process: usize) -> Held {
        Held::Slot(number(field(self.process(state, process), "v")))
    }

    /// The entry whose slot a step accesses.
    fn entry(&self, from: usize, to: usize, process: usize, action: &str) -> i64 {
        let (before, after) = (self.process(from, process), self.process(to, process));
        let waiting = |process: &Value| match field(process, "wl") {
            Some(Value::Set(items)) => items.iter().map(|item| number(Some(item))).collect::<BTreeSet<i64>>(),
            _ => BTreeSet::new(),
        };
        let done = waiting(before).difference(&waiting(after)).copied().next().unwrap_or(0);
        let of_key = |key: i64| {
            let table = field(before, "tb").map(pairs).unwrap_or_default();
            usize::try_from(key - 1)
                .ok()
                .and_then(|place| table.get(place))
                .map_or(0, |(_, e)| number(Some(*e)))
        };
        match action {
            "Visit" => of_key(done),
            "XLoad" if word(field(after, "pc")) == "xcas" => of_key(number(field(after, "k"))),
            "XLoad" => of_key(done),
            "XCas" => of_key(number(field(before, "k"))),
            "Out" => done,
            _ => number(field(before, "e")),
        }
    }
}

fn number(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Int(number)) => *number,
        _ => 0,
    }
}

fn word(value: Option<&Value>) -> String {
    match value {
        Some(Value::Str(word)) => word.to_string(),
        _ => String::new(),
    }
}

/// The letters of the keys that calls have, numbered from 1 without gaps.
pub fn keys(operations: impl Iterator<Item = Operation>) -> BTreeMap<i64, i64> {
    let keys: BTreeSet<i64> = operations.map(|operation| operation.k).collect();
    keys.into_iter().zip(1..).collect()
}
