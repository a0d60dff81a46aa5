//! Loads: what threads do to a subject, how many they are, and how often they meet.

use crate::event::{KEYS, Op};
use crate::meaning::Meaning;

/// A load.
#[derive(Debug)]
pub struct Load {
    /// What it is called in reports.
    pub name: &'static str,
    /// Which subject it is for.
    pub subject: &'static str,
    /// What the keys have.
    pub meaning: Meaning,
    /// So many threads for each that is asked for.
    pub crowd: usize,
    /// How many keys.
    pub keys: u32,
    /// How many calls a thread makes between two cuts, about.
    pub calls: usize,
    /// Judged as a whole: it has operations that are of all keys at once.
    pub whole: bool,
    /// Threads end at each cut, and new ones come.
    pub come_and_go: bool,
    /// All keys have one hash.
    pub one_hash: bool,
    /// So many calls under one pin, with references that are held meanwhile; 0: each call pins.
    pub batch: u32,
    /// The first thread makes all its calls of a window under one pin.
    pub held: bool,
    /// The operations, with their weights.
    pub mix: &'static [(Op, u32)],
}

/// What loads differ from.
pub(crate) const PLAIN: Load = Load {
    name: "few hot keys",
    subject: "map",
    meaning: Meaning::Register,
    crowd: 1,
    keys: 3,
    calls: 1_500,
    whole: false,
    come_and_go: false,
    one_hash: false,
    batch: 0,
    held: false,
    mix: ALL_OF_THE_MAP,
};

const ALL_OF_THE_MAP: &[(Op, u32)] = &[
    (Op::Load, 6),
    (Op::ContainsKey, 1),
    (Op::Store, 4),
    (Op::Swap, 2),
    (Op::LoadOrStore, 3),
    (Op::LoadAndDelete, 3),
    (Op::Delete, 3),
    (Op::CompareAndSwap, 3),
    (Op::CompareAndDelete, 3),
    (Op::DeleteIf, 1),
    (Op::Update, 2),
    (Op::Visit, 1),
];

/// New keys and walks: each walk promotes, each new key copies.
const CHURN: &[(Op, u32)] = &[
    (Op::LoadOrStore, 5),
    (Op::Store, 3),
    (Op::Delete, 6),
    (Op::LoadAndDelete, 2),
    (Op::CompareAndDelete, 3),
    (Op::Load, 6),
    (Op::Visit, 1),
];

/// A walk over many keys is many events: few of them.
const MANY: &[(Op, u32)] = &[
    (Op::LoadOrStore, 500),
    (Op::Store, 300),
    (Op::Delete, 500),
    (Op::CompareAndDelete, 200),
    (Op::Load, 900),
    (Op::Visit, 1),
];

const CLEARS: &[(Op, u32)] = &[
    (Op::Load, 6),
    (Op::Store, 5),
    (Op::Swap, 2),
    (Op::LoadOrStore, 3),
    (Op::Delete, 2),
    (Op::CompareAndSwap, 2),
    (Op::CompareAndDelete, 2),
    (Op::Visit, 1),
    (Op::Clear, 1),
];

const WALKS: &[(Op, u32)] =
    &[(Op::Visit, 4), (Op::Retain, 1), (Op::Load, 4), (Op::Store, 4), (Op::LoadOrStore, 2), (Op::Delete, 3)];

const COUNTS: &[(Op, u32)] =
    &[(Op::Add, 8), (Op::Count, 4), (Op::Reset, 3), (Op::LoadAndDelete, 3), (Op::Visit, 1)];

const CACHED: &[(Op, u32)] = &[
    (Op::Load, 6),
    (Op::ContainsKey, 1),
    (Op::Store, 4),
    (Op::LoadAndDelete, 4),
    (Op::GetOrFail, 1),
    (Op::Visit, 1),
];

const COMPUTED: &[(Op, u32)] =
    &[(Op::Load, 4), (Op::GetOrInsert, 6), (Op::GetOrFail, 1), (Op::Remove, 3), (Op::Store, 1)];

const SERVICES: &[(Op, u32)] = &[
    (Op::Register, 4),
    (Op::Unregister, 3),
    (Op::Load, 3),
    (Op::State, 3),
    (Op::Start, 4),
    (Op::Stop, 4),
    (Op::Visit, 1),
];

const SETTINGS: &[(Op, u32)] = &[
    (Op::Load, 6),
    (Op::Swap, 4),
    (Op::SetIfChanged, 2),
    (Op::CompareAndSwap, 3),
    (Op::LoadAndDelete, 3),
    (Op::AddTo, 2),
    (Op::Visit, 2),
];

const SNAPSHOTS: &[(Op, u32)] =
    &[(Op::Load, 4), (Op::Swap, 4), (Op::CompareAndSwap, 2), (Op::LoadAndDelete, 2), (Op::Snapshot, 2)];

/// All of them.
pub static LOADS: [Load; 20] = [
    PLAIN,
    Load { name: "churn", keys: 12, mix: CHURN, ..PLAIN },
    Load { name: "clears", keys: KEYS as u32, mix: CLEARS, whole: true, calls: 400, ..PLAIN },
    Load { name: "many keys", keys: 4_000, calls: 6_000, mix: MANY, ..PLAIN },
    Load { name: "walks", keys: 6, mix: WALKS, calls: 600, ..PLAIN },
    Load { name: "batches under one pin", keys: 6, batch: 24, ..PLAIN },
    Load { name: "held guards", keys: 40, held: true, ..PLAIN },
    Load { name: "threads that come and go", keys: 4, come_and_go: true, calls: 500, ..PLAIN },
    Load { name: "more threads than cores", keys: 10, crowd: 6, calls: 500, ..PLAIN },
    Load { name: "one hash", keys: 10, one_hash: true, mix: CHURN, ..PLAIN },
    Load { name: "one key", keys: 1, calls: 800, ..PLAIN },
    Load { name: "counts", subject: "counters", mix: COUNTS, ..PLAIN },
    Load { name: "counts of many keys", subject: "counters", keys: 200, mix: COUNTS, crowd: 2, ..PLAIN },
    Load { name: "stores", subject: "cache", mix: CACHED, ..PLAIN },
    Load { name: "computations", subject: "cache", mix: COMPUTED, ..PLAIN },
    Load { name: "a bound", subject: "cache", mix: CACHED, keys: 6, meaning: Meaning::Forgetful, ..PLAIN },
    Load { name: "services", subject: "registry", mix: SERVICES, meaning: Meaning::Service, ..PLAIN },
    Load { name: "settings", subject: "config", mix: SETTINGS, keys: 4, ..PLAIN },
    Load {
        name: "snapshots",
        subject: "config",
        mix: SNAPSHOTS,
        keys: KEYS as u32,
        whole: true,
        calls: 400,
        ..PLAIN
    },
    Load { name: "many settings", subject: "config", mix: SETTINGS, keys: 40, come_and_go: true, ..PLAIN },
];

const WRONG: &[(Op, u32)] = &[(Op::Load, 1), (Op::Swap, 2)];

/// Subjects that are wrong on purpose: see the module `canary`.
pub static CANARIES: [Load; 5] = [
    Load { name: "swaps in two steps", ..CANARY },
    Load { name: "panics", ..CANARY },
    Load { name: "aborts", ..CANARY },
    Load { name: "hangs", ..CANARY },
    Load { name: "takes all memory", ..CANARY },
];

const CANARY: Load = Load { subject: "canary", mix: WRONG, calls: 300, ..PLAIN };

/// What can be given to `--subject`, besides `all`.
pub const SUBJECTS: [&str; 5] = ["map", "counters", "cache", "registry", "config"];

impl Load {
    /// The one of a subject with this name.
    pub fn by_name(subject: &str, name: &str) -> Option<&'static Load> {
        LOADS.iter().chain(&CANARIES).find(|load| load.subject == subject && load.name == name)
    }

    /// An operation, drawn by its weight with a random number.
    pub fn draw(&self, random: u64) -> Op {
        let all: u32 = self.mix.iter().map(|(_, weight)| weight).sum();
        let mut left = u32::try_from(random % u64::from(all)).unwrap_or(0);
        for (op, weight) in self.mix {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *op,
            }
        }
        self.mix[0].0
    }
}
