//! States of the specification: their parts, and as lines of the file.

use std::fmt::Write as _;
use std::sync::Arc;
use tla_checker::ast::{State, Value};

/// The processes, as the configurations name them.
pub(super) const PROCESSES: [&str; 2] = ["p1", "p2"];

/// A state of the specification, by the names of its variables.
pub(super) struct View<'a> {
    pub(super) vars: &'a [Arc<str>],
    pub(super) state: &'a State,
}

impl View<'_> {
    pub(super) fn get(&self, name: &str) -> &Value {
        let at = self.vars.iter().position(|var| &**var == name).expect("a variable of Edges.tla");
        &self.state.values[at]
    }
}

pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a Value {
    match value {
        Value::Record(fields) => &fields[name],
        other => panic!("{other:?} is not a record with {name}"),
    }
}

pub(super) fn int(value: &Value) -> i64 {
    match value {
        Value::Int(n) => *n,
        other => panic!("{other:?} is not a number"),
    }
}

pub(super) fn truth(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

pub(super) fn text(value: &Value) -> &str {
    match value {
        Value::Str(text) | Value::Model(text) => text,
        other => panic!("{other:?} is not a name"),
    }
}

/// The elements of a sequence, or the values of a function from 1..n.
fn list(value: &Value) -> Vec<i64> {
    match value {
        Value::Tuple(values) => values.iter().map(int).collect(),
        Value::Fn(values) => values.values().map(int).collect(),
        other => panic!("{other:?} is not a sequence"),
    }
}

pub(super) fn of_process<'a>(value: &'a Value, process: &str) -> &'a Value {
    match value {
        Value::Fn(values) => {
            let found = values.iter().find(|(key, _)| text(key) == process);
            found.map(|(_, value)| value).expect("a process of the configuration")
        }
        Value::Record(values) => &values[process],
        other => panic!("{other:?} is not a function of processes"),
    }
}

fn commas(numbers: &[i64]) -> String {
    if numbers.is_empty() {
        return "-".to_owned();
    }
    numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

impl View<'_> {
    /// What all processes share, in a line.
    pub(super) fn shared(&self) -> String {
        let (read, dirty) = (self.get("read"), self.get("dirty"));
        let retired: i64 = list(self.get("retired")).iter().sum();
        let flag = |on: bool| if on { "1" } else { "0" };
        let exl = match self.get("exl") {
            Value::Set(entries) => entries.len(),
            other => panic!("{other:?} is not a set"),
        };
        let holder = match text(self.get("mu")) {
            process if PROCESSES.contains(&process) => &process[1..],
            _ => "0",
        };
        format!(
            "{holder} {} {} {} {} {} {} {exl} {} {} {}",
            flag(truth(field(read, "tab"))),
            flag(truth(field(read, "am"))),
            commas(&list(field(read, "m"))),
            flag(truth(field(dirty, "is"))),
            commas(&list(field(dirty, "m"))),
            int(self.get("misses")),
            flag(truth(self.get("noted"))),
            commas(&list(self.get("heap"))),
            retired,
        )
    }

    /// A process, in a line: where it is, its call, what it was told.
    pub(super) fn process(&self, process: &str) -> String {
        let call = of_process(self.get("called"), process);
        let said = match of_process(self.get("said"), process) {
            Value::Tuple(values) if values.is_empty() => "-".to_owned(),
            said => commas(&list(said)),
        };
        format!(
            "{} {} {} {} {} {said}",
            self.place(process),
            text(field(call, "t")),
            int(field(call, "k")),
            int(field(call, "v")),
            int(field(call, "o")),
        )
    }

    pub(super) fn place(&self, process: &str) -> String {
        text(field(of_process(self.get("th"), process), "pc")).to_owned()
    }

    /// The keys or entries that it has still to look at.
    pub(super) fn remaining(&self, process: &str) -> Vec<i64> {
        match field(of_process(self.get("th"), process), "wl") {
            Value::Set(keys) => keys.iter().map(int).collect(),
            other => panic!("{other:?} is not a set"),
        }
    }

    /// The key whose entry it is expunging, or 0.
    pub(super) fn key(&self, process: &str) -> i64 {
        int(field(of_process(self.get("th"), process), "k"))
    }

    pub(super) fn calls(&self, process: &str) -> i64 {
        int(field(of_process(self.get("th"), process), "n"))
    }

    /// The shape of a quiet map, whatever its values and the numbers of its entries: for each key, whether it is live, deleted
    /// or expunged, and in which tables; the rest of the shared state.
    pub(super) fn shape(&self) -> String {
        let (read, dirty) = (self.get("read"), self.get("dirty"));
        let heap = list(self.get("heap"));
        let slot = |entry: i64| match usize::try_from(entry - 1) {
            Ok(at) => heap[at].min(1),
            Err(_) => 9,
        };
        let mut shape = String::new();
        for (in_read, in_dirty) in list(field(read, "m")).into_iter().zip(list(field(dirty, "m"))) {
            let entry = in_read.max(in_dirty);
            let _ = write!(shape, "{} {} {};", slot(entry), in_read != 0, in_dirty != 0);
        }
        for value in
            [field(read, "tab"), field(read, "am"), field(dirty, "is"), self.get("misses"), self.get("noted")]
        {
            let _ = write!(shape, " {value:?}");
        }
        shape
    }
}
