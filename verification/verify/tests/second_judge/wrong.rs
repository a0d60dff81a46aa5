//! Histories that nobody has seen, made from one that was: most are not linearizable, some are all the same.

use linear::{Answer, History, Program, Record};

pub(super) fn of(program: &Program, history: &History) -> Vec<History> {
    let mut all = Vec::new();
    for place in 0..history.records.len() {
        let mut wrong = history.clone();
        wrong.records[place].ret = another(&history.records[place].ret);
        all.push(wrong);
    }
    // Contents: without the first key, or with one more.
    let mut wrong = history.clone();
    if wrong.contents.is_empty() {
        wrong.contents.push((program.universe().first().copied().unwrap_or(0), 1));
    } else {
        wrong.contents.remove(0);
    }
    all.push(wrong);
    // No overlap: the calls as if each had returned before the next was made, forwards and backwards.
    all.push(one_after_the_other(history, |record| record.called));
    all.push(one_after_the_other(history, |record| u64::MAX - record.called));
    all
}

/// Another answer of the same kind.
fn another(answer: &Answer) -> Answer {
    match answer {
        Answer::Bool(it) => Answer::Bool(!it),
        Answer::Absent => Answer::Value(1),
        Answer::Value(it) if it % 2 == 0 => Answer::Absent,
        Answer::Value(it) => Answer::Value(it + 1),
        Answer::Loaded(it) => Answer::Stored(*it),
        Answer::Stored(it) => Answer::Loaded(*it),
        Answer::Pairs(pairs) if pairs.is_empty() => Answer::Pairs(vec![(0, 1)]),
        Answer::Pairs(pairs) => Answer::Pairs(pairs[1..].to_vec()),
        Answer::Nested(outer, inner) if outer.is_empty() => Answer::Nested(vec![(0, 1)], inner.clone()),
        Answer::Nested(outer, inner) => Answer::Nested(outer[1..].to_vec(), inner.clone()),
        Answer::Word(_) => Answer::Word("another".into()),
        other => other.clone(),
    }
}

/// The calls in this order, keeping that of each thread.
fn one_after_the_other(history: &History, by: impl Fn(&Record) -> u64) -> History {
    let mut order: Vec<usize> = (0..history.records.len()).collect();
    order.sort_by_key(|place| by(&history.records[*place]));
    // A thread's calls come in their order, in the places that the thread has.
    let mut wrong = history.clone();
    let mut clock = 0;
    let mut next = vec![0; order.len() + 8];
    for place in order {
        let thread = history.records[place].thread;
        let number = next[thread];
        next[thread] += 1;
        let of_thread = |record: &&mut Record| record.thread == thread;
        let mut own: Vec<&mut Record> = wrong.records.iter_mut().filter(of_thread).collect();
        own.sort_by_key(|record| record.number);
        if let Some(record) = own.into_iter().nth(number) {
            (record.called, record.returned) = (clock, clock + 1);
            clock += 2;
        }
    }
    wrong
}
