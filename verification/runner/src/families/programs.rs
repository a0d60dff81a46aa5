//! The programs of a family, each once.

use super::family::Family;
use super::size::{Shape, Size};
use super::starts::{Start, projected, starts};
use linear::{Structure, Templates, letter};

/// The operations of a family: its templates with the keys put in.
pub fn operations_of(family: &Family) -> Vec<String> {
    let templates = family.templates();
    let wanted = |template: &&&str| {
        family.ops.is_empty() || family.ops.iter().any(|op| op == Templates::name(template))
    };
    let same = templates.same.iter().map(|same| &same.template).filter(|_| !family.ops.is_empty());
    let more = if family.lawless { templates.more } else { &[] };
    let (more_keyed, more_whole): (Vec<_>, Vec<_>) = more.iter().partition(|t| t.contains('#'));
    let (keyed_same, whole_same): (Vec<_>, Vec<_>) = same.partition(|template| template.contains('#'));
    let keyed = templates.keyed.iter().chain(keyed_same).chain(more_keyed);
    let keyed: Vec<&&str> = keyed.filter(wanted).collect();
    let of_key = |key: i64| {
        let letter = letter(key).to_string();
        keyed.iter().map(move |template| template.replace('#', &letter)).collect::<Vec<_>>()
    };
    let whole = templates
        .whole
        .iter()
        .chain(whole_same)
        .chain(more_whole)
        .filter(wanted)
        .map(|whole| (*whole).to_owned());
    (0..family.keys as i64).flat_map(of_key).chain(whole).collect()
}

/// All sequences of one to `most` operations, shorter ones first, as indices of templates.
fn sequences(operations: usize, most: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut longest: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..most {
        longest = longest
            .iter()
            .flat_map(|start| (0..operations).map(move |next| [start.as_slice(), &[next]].concat()))
            .collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// All choices of `threads` sequences, in any order once.
fn choices(sequences: usize, threads: usize) -> Vec<Vec<usize>> {
    (0..threads).fold(vec![Vec::new()], |chosen: Vec<Vec<usize>>, _| {
        chosen
            .iter()
            .flat_map(|before| {
                let first = before.last().copied().unwrap_or(0);
                (first..sequences).map(move |next| [before.as_slice(), &[next]].concat())
            })
            .collect()
    })
}

/// The threads of a program as text: each operation that stores gets a value of its own.
fn threads_text(operations: &[String], sequences: &[&Vec<usize>]) -> String {
    let threads = sequences.iter().enumerate().map(|(thread, sequence)| {
        let calls = sequence.iter().enumerate().map(|(number, operation)| {
            operations[*operation].replace('$', &(10 * (thread + 2) + number).to_string())
        });
        calls.collect::<Vec<_>>().join("; ")
    });
    threads.collect::<Vec<_>>().join(" || ")
}

/// The threads of all programs of a size that are made of these operations, as text. Threads in another order are the same.
pub fn threads_of(operations: &[String], size: Size) -> Vec<String> {
    let sequences = sequences(operations.len(), size.operations());
    let most = size.threads();
    let mut all = Vec::new();
    for chosen in choices(sequences.len(), most.len()) {
        // Shorter sequences have smaller numbers: in each choice the shortest thread comes first, as in the size.
        let chosen: Vec<&Vec<usize>> = chosen.iter().map(|sequence| &sequences[*sequence]).collect();
        if chosen.iter().zip(most).all(|(sequence, most)| sequence.len() <= *most) {
            all.push(threads_text(operations, &chosen));
        }
    }
    all
}

/// Exchanges the keys `a` and `b`.
pub fn other_names(text: &str) -> String {
    let swapped = text.split(' ').map(|word| match word.trim_end_matches(';') {
        "a" => word.replacen('a', "b", 1),
        "b" => word.replacen('b', "a", 1),
        _ => word.to_owned(),
    });
    swapped.collect::<Vec<_>>().join(" ")
}

/// Whether a program of two keys is the one of the pair, itself and itself with the keys exchanged, that is kept.
fn is_first_of_its_names(structure: &Structure, threads: &str) -> bool {
    let swap = |key: i64| if key < 2 { 1 - key } else { key };
    let mut swapped = structure.clone();
    swapped.keys = structure.keys.iter().map(|(key, state)| (swap(*key), *state)).collect();
    let mut other: Vec<String> = other_names(threads).split(" || ").map(without_values).collect();
    let mut this: Vec<String> = threads.split(" || ").map(without_values).collect();
    other.sort();
    this.sort();
    (projected(structure), this) <= (projected(&swapped), other)
}

/// A thread without the values that it stores, for comparing programs.
pub fn without_values(thread: &str) -> String {
    thread
        .split(' ')
        .filter(|word| word.trim_end_matches(';').parse::<i64>().is_err())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the threads are of the shape: a write of one key and a read of the other, or of the whole.
fn is_of_shape(family: &Family, threads: &str) -> bool {
    if family.shape == Shape::All {
        return true;
    }
    let templates = family.templates();
    let is_read =
        |call: &str| templates.reads.iter().any(|read| Templates::name(read) == Templates::name(call));
    let key = |call: &str| call.split(' ').nth(1).map(str::to_owned);
    let mut written = Vec::new();
    for thread in threads.split(" || ") {
        let Some((write, read)) = thread.split_once("; ") else { return false };
        if is_read(write) || !is_read(read) || key(write).is_none() || key(write) == key(read) {
            return false;
        }
        written.push(key(write));
    }
    written[0] != written[1]
}

/// Every program of the family, the smallest first.
pub fn programs(family: &Family) -> Vec<String> {
    let mut starts = starts(family.subject(), family.keys);
    if let Some(fact) = family.templates().one_more_where.filter(|_| family.lawless) {
        let chosen = starts.iter().filter(|start| start.structure.fact(fact) != 0);
        let longer: Vec<Start> = chosen.map(|s| s.with_another_key(family.templates())).collect();
        starts.extend(longer);
    }
    let mut programs = Vec::new();
    for threads in threads_of(&operations_of(family), family.size) {
        if !is_of_shape(family, &threads) {
            continue;
        }
        for start in &starts {
            if family.keys < 2 || is_first_of_its_names(&start.structure, &threads) {
                let setup = if start.setup.is_empty() { String::new() } else { format!("{} ", start.setup) };
                programs.push(format!("{setup}|| {threads}"));
            }
        }
    }
    smallest_first(&mut programs);
    programs
}

/// Sorts programs by their operations; of as many, those with the smaller set-up come first.
pub fn smallest_first(programs: &mut [String]) {
    programs.sort_by_key(|program| {
        (program.split("||").skip(1).map(|thread| thread.matches(';').count()).sum::<usize>(), program.len())
    });
}
