//! Watching a subject: what it looks like after each event of an execution, and names for its objects that do not depend on which came first.
//!
//! An execution is watched when it is run again, to be drawn. In a search nobody watches.

use crate::calls::Calls;
use crate::subjects::Word;
use linear::{Retired, Shown, Snapshot, Step};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Weak;
use sync_map_model::{Action, Event, Value};

/// What the books of an epoch have at one moment.
pub(crate) struct Books {
    pub(crate) pinned: Vec<usize>,
    pub(crate) retired: Vec<(u32, &'static str, Vec<usize>)>,
}

#[derive(Default)]
struct Watch {
    /// After so many events it looked like this.
    looks: Vec<(usize, Snapshot)>,
    /// Names of entries (by key) and of values, found at a look.
    names: Names,
    /// What pointers of the subject mean.
    words: &'static [Word],
}

/// Names of objects, by number.
#[derive(Clone, Debug, Default)]
struct Names {
    keys: BTreeMap<u32, String>,
    /// With the key that they were first found at: two values of one key that look alike have two names.
    values: BTreeMap<u32, (String, String)>,
}

thread_local! {
    static WATCH: RefCell<Watch> = RefCell::default();
    /// Objects are numbered by who made them.
    static BY_MAKER: Cell<bool> = const { Cell::new(false) };
}

/// From now on, or no more, the numbers of objects say who made them, so that they do not depend on which thread came first: where several
/// executions are drawn together.
pub(crate) fn name_by_maker(is_wanted: bool) {
    BY_MAKER.set(is_wanted);
}

/// A name that none of these is.
fn other_than<'n>(names: impl Iterator<Item = &'n String> + Clone, name: &str) -> String {
    let mut name = name.to_owned();
    while names.clone().any(|other| *other == name) {
        name.push('′');
    }
    name
}

impl Names {
    /// Learns from a look which entry is of which key, and what each value is.
    fn learn(&mut self, snapshot: &Snapshot) {
        for row in snapshot.tables.iter().flat_map(|table| &table.rows) {
            if row.object != 0 && !self.keys.contains_key(&row.object) {
                self.keys.insert(row.object, other_than(self.keys.values(), &row.key));
            }
            if let Some(value) = row.value.filter(|value| !self.values.contains_key(value)) {
                let of_key = self.values.values().filter(|(key, _)| *key == row.key).map(|(_, name)| name);
                let name = other_than(of_key, &row.holds);
                self.values.insert(value, (row.key.clone(), name));
            }
        }
    }

    /// The key whose entry, or whose value, has this number.
    fn key_around(&self, snapshots: &[(usize, Snapshot)], object: u32) -> Option<String> {
        self.keys.get(&object).cloned().or_else(|| {
            let rows =
                snapshots.iter().flat_map(|(_, snapshot)| &snapshot.tables).flat_map(|table| &table.rows);
            rows.filter(|row| row.value == Some(object)).find_map(|row| self.keys.get(&row.object).cloned())
        })
    }
}

/// Looks at a watched subject, after so many events.
pub(crate) fn look(subject: &Weak<Box<dyn Calls>>, events: usize, books: Books) {
    let Some(subject) = subject.upgrade() else { return };
    let snapshot = catch_unwind(AssertUnwindSafe(|| subject.snapshot())).unwrap_or_else(|payload| {
        let why = payload.downcast_ref::<String>().cloned();
        Snapshot {
            broken: Some(why.unwrap_or_else(|| "it cannot be looked at".to_owned())),
            ..Snapshot::default()
        }
    });
    let retired = books.retired.into_iter();
    let retired = retired
        .map(|(object, kind, waits_for)| Retired { object, name: kind.to_owned(), waits_for })
        .collect();
    let snapshot = Snapshot { pinned: books.pinned, retired, ..snapshot };
    WATCH.with_borrow_mut(|watch| {
        watch.names.learn(&snapshot);
        // What was seen after the same event was not yet all of it.
        watch.looks.pop_if(|(after, _)| *after == events);
        if watch.looks.last().is_none_or(|(_, last)| *last != snapshot) {
            watch.looks.push((events, snapshot));
        }
    });
}

/// Begins to watch; what was seen before is forgotten.
pub(crate) fn begin(words: &'static [Word]) {
    WATCH.set(Watch { words, ..Watch::default() });
}

/// Who made each object that was allocated, if it is numbered by that.
#[derive(Default)]
struct Makers(BTreeMap<u32, Made>);

/// An object that was allocated.
struct Made {
    /// The thread of the model; none for the set-up.
    by: Option<usize>,
    /// It is that thread's object of this number; and of its kind.
    number: u32,
    of_kind: usize,
}

impl Makers {
    fn new(events: &[Event]) -> Makers {
        let mut makers = Makers::default();
        let mut counts = BTreeMap::<(Option<usize>, &str), usize>::new();
        let mut has_begun = false;
        for event in events.iter().filter(|_| BY_MAKER.get()) {
            has_begun |= event.action == Action::Call;
            if event.action == Action::Allocate {
                let by = has_begun.then_some(event.thread);
                let of_kind = counts.entry((by, event.kind)).or_default();
                *of_kind += 1;
                let before = makers.0.values().filter(|made| made.by == by).count();
                let number = u32::try_from(before + 1).unwrap_or(u32::MAX);
                makers.0.insert(event.object, Made { by, number, of_kind: *of_kind });
            }
        }
        makers
    }

    /// `table #1`, `table #2 of thread 0`.
    fn name(&self, object: u32, group: &str, thread: impl Fn(usize) -> usize) -> Option<String> {
        let Made { by, of_kind, .. } = self.0.get(&object)?;
        let of = by.map_or_else(String::new, |by| format!(" of thread {}", thread(by)));
        Some(format!("{group} #{of_kind}{of}"))
    }

    /// A number that tells the object from all others of its execution.
    fn number(&self, object: u32) -> u32 {
        let made = self.0.get(&object).and_then(|made| Some((made.by?, made.number)));
        made.map_or(object, |(by, number)| (u32::try_from(by).unwrap_or(0) + 1) * 100_000 + number)
    }

    /// The look with numbers and orders that do not depend on which thread came first.
    fn settle(&self, look: &mut Snapshot) {
        for row in look.tables.iter_mut().flat_map(|table| &mut table.rows) {
            row.object = self.number(row.object);
            row.value = row.value.map(|value| self.number(value));
        }
        look.retired.iter_mut().for_each(|retired| {
            retired.object = self.number(retired.object);
            retired.waits_for.sort_unstable();
        });
        look.retired.sort_by_key(|retired| retired.object);
        look.pinned.sort_unstable();
    }
}

/// The names of the objects of an execution.
struct Naming {
    names: Names,
    objects: BTreeMap<u32, String>,
    words: &'static [Word],
}

/// `map's mutex`, of the text that a mutex is reported by.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("the ").unwrap_or(name);
    name.split([':', ',']).next().unwrap_or(name)
}

impl Naming {
    fn new(
        watch: &Watch,
        events: &[Event],
        makers: &Makers,
        thread: impl Fn(usize) -> usize + Copy,
    ) -> Naming {
        let names = watch.names.clone();
        let mut objects = BTreeMap::<u32, String>::new();
        let mut groups = BTreeMap::<String, Vec<u32>>::new();
        for event in events.iter().filter(|event| !matches!(event.kind, "operation" | "guard")) {
            let (object, kind) = (event.object, event.kind);
            let key = event.inside.and_then(|inside| names.key_around(&watch.looks, inside));
            let name = match (key, names.keys.get(&object), names.values.get(&object)) {
                (Some(key), ..) => format!("{kind}({key})"),
                (None, Some(key), _) => format!("entry({key})"),
                (None, None, Some((_, value))) => format!("value {value}"),
                (None, None, None) => {
                    let group = event.name.map_or_else(|| kind.to_lowercase(), |name| short(name).to_owned());
                    let group = groups.entry(group).or_default();
                    if !group.contains(&object) {
                        group.push(object);
                    }
                    continue;
                }
            };
            objects.insert(object, name);
        }
        for (group, of_it) in groups {
            let mut of_it: Vec<u32> =
                of_it.into_iter().filter(|object| !objects.contains_key(object)).collect();
            if BY_MAKER.get() {
                let named = |object: &u32| Some((*object, makers.name(*object, &group, thread)?));
                objects.extend(of_it.iter().filter_map(named));
                of_it.retain(|object| !objects.contains_key(object));
                of_it.sort_unstable();
            }
            for (number, object) in (1..).zip(&of_it) {
                let is_counted = of_it.len() > 1 || matches!(group.as_str(), "table" | "entry" | "value");
                let name = if is_counted { format!("{group} #{number}") } else { group.clone() };
                objects.insert(*object, name);
            }
        }
        Naming { names, objects, words: watch.words }
    }

    fn object(&self, number: u32, kind: &str) -> String {
        self.objects.get(&number).cloned().unwrap_or_else(|| format!("{kind} #{number}"))
    }

    /// A value in an atomic.
    fn value(&self, value: Value, event: &Event) -> String {
        let (object, tag) = match value {
            Value::Integer(number) => return number.to_string(),
            Value::Pointer(object, tag) => (object, tag),
        };
        let word = |null| {
            let of_kind = self.words.iter().filter(|word| word.kind == event.kind && word.null == null);
            of_kind.into_iter().find(|word| word.tag == tag).map(|word| word.word)
        };
        if let (0, Some(word)) = (object, word(true)) {
            return word.to_owned();
        }
        let name = match object {
            0 => "none".to_owned(),
            _ => match self.names.values.get(&object) {
                Some((_, value)) => value.clone(),
                None => self.object(object, "object"),
            },
        };
        match (tag, word(false)) {
            (0, _) => name,
            (_, Some(word)) => format!("{name}, {word}"),
            (_, None) => format!("{name}, tag {tag}"),
        }
    }

    fn shown(&self, event: &Event) -> Shown {
        let value = |value: Option<Value>| value.map(|value| self.value(value, event));
        Shown {
            object: self.object(event.object, event.kind),
            before: value(event.latest),
            seen: value(event.seen),
            written: value(event.written),
        }
    }
}

/// Adds to the steps of a watched execution what was seen, and the names. `thread` turns a thread of the model into one of the program.
pub(crate) fn add(steps: &mut [Step], events: &[Event], thread: impl Fn(usize) -> usize) {
    let watch = WATCH.take();
    if watch.looks.is_empty() {
        return;
    }
    let makers = Makers::new(events);
    let naming = Naming::new(&watch, events, &makers, &thread);
    for (step, event) in steps.iter_mut().zip(events) {
        step.shown = (!matches!(event.kind, "operation" | "guard")).then(|| naming.shown(event));
    }
    // A subject without tables is shown by its atomics: the latest value of each.
    let has_tables = watch.looks.iter().any(|(_, snapshot)| !snapshot.tables.is_empty());
    let mut atomics = BTreeMap::<String, String>::new();
    let (mut looks, mut last) = (watch.looks.into_iter().peekable(), Snapshot::default());
    for (at, step) in steps.iter_mut().enumerate() {
        let mut changed = false;
        while let Some((_, snapshot)) = looks.next_if(|(events, _)| *events <= at + 1) {
            (last, changed) = (snapshot, true);
        }
        if let (false, Some(shown)) = (has_tables, &step.shown)
            && let Some(value) = shown.written.as_ref().or(shown.before.as_ref())
        {
            changed |= atomics.insert(shown.object.clone(), value.clone()).as_ref() != Some(value);
        }
        if !changed {
            continue;
        }
        let mut snapshot = last.clone();
        snapshot.facts = atomics.clone().into_iter().chain(snapshot.facts).collect();
        snapshot.pinned.iter_mut().for_each(|pinned| *pinned = thread(*pinned));
        for retired in &mut snapshot.retired {
            retired.name = naming.object(retired.object, &retired.name);
            retired.waits_for.iter_mut().for_each(|holder| *holder = thread(*holder));
        }
        if BY_MAKER.get() {
            makers.settle(&mut snapshot);
        }
        step.snapshot = Some(snapshot);
    }
}
