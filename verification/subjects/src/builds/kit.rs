//! What the calls of all subjects have.

use super::{Mutex, krate, object_around};
use crate::builds::tables_facts;
use explore::counted::Key;
use linear::{Answer, Call, Row, Snapshot, Structure, Table};

/// A call that the calls have no arm for: a mistake of the suite.
pub(crate) fn unknown(call: &Call) -> Answer {
    Answer::Broken(format!("the calls have no {}", call.name()))
}

/// What a call made and another one takes back: behind a mutex that the checker sees.
pub(crate) struct Slot<T>(pub(crate) Mutex<Option<T>>);

impl<T> Slot<T> {
    pub(crate) fn empty() -> Self {
        Slot(Mutex::new(None))
    }
}

impl<T> std::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Slot")
    }
}

/// What is said of a number that has no slot.
pub(crate) fn no_slot() -> Answer {
    Answer::Broken("the number is 1 to 4, the key a or b".into())
}

/// What is said of a number whose slot is full.
pub(crate) fn taken() -> Answer {
    Answer::Broken("this number is in use".into())
}

fn word<V>(state: &krate::KeyState<'_, V>) -> &'static str {
    match state {
        krate::KeyState::Live(_) => "live",
        krate::KeyState::Deleted => "deleted",
        krate::KeyState::Expunged => "expunged",
    }
}

/// The structure of a map, whatever its values are.
pub(crate) fn structure<V>(shape: &krate::Shape<'_, Key, V>) -> Structure {
    structure_by(shape, Key::get)
}

/// The structure of a map, whatever its keys and values are.
pub(crate) fn structure_by<K, V>(shape: &krate::Shape<'_, K, V>, key: impl Fn(&K) -> i64) -> Structure {
    let in_read = shape.in_read.iter().map(|(name, state)| (key(name), (word(state), "read")));
    let in_dirty = shape.dirty_only.iter().map(|(name, state)| (key(name), (word(state), "dirty")));
    Structure {
        keys: in_read.chain(in_dirty).collect(),
        facts: tables_facts(shape.amended, shape.dirty_len - shape.misses, shape.deleted),
    }
}

/// The tables of a map, to be drawn.
pub(crate) fn tables<K>(drawn: &krate::Drawn<'_, K>, key: impl Fn(&K) -> String) -> Snapshot {
    let table = |name: &str, rows: &Option<Vec<krate::DrawnRow<'_, K>>>, mark: Option<&str>| {
        let row = |row: &krate::DrawnRow<'_, K>| Row {
            key: key(row.key),
            holds: row.holds.clone(),
            object: object_around(std::ptr::from_ref(row.key).cast()).unwrap_or(0),
            value: row.value.and_then(object_around),
        };
        let mut rows: Vec<Row> = rows.iter().flatten().map(row).collect();
        rows.sort_unstable();
        Table { name: name.to_owned(), exists: !rows.is_empty(), mark: mark.map(str::to_owned), rows }
    };
    let mut read = table("read", &drawn.read, drawn.amended.then_some("amended"));
    let mut dirty = table("dirty", &drawn.dirty, None);
    (read.exists, dirty.exists) = (drawn.read.is_some(), drawn.dirty.is_some());
    let noted = if drawn.deleted { "yes" } else { "no" };
    let facts = vec![
        ("misses".to_owned(), drawn.misses.to_string()),
        ("a deletion noted".to_owned(), noted.to_owned()),
    ];
    Snapshot { tables: vec![read, dirty], facts, ..Snapshot::default() }
}

/// The tables of a map whose keys are those of the programs.
pub(crate) fn tables_by_key(drawn: &krate::Drawn<'_, Key>) -> Snapshot {
    tables(drawn, |key| linear::letter(key.get()).to_string())
}
