//! Loads that hit and loads that miss, of 1,024 and of 1,000,000 keys.

use super::{Script, kept};
use crate::adapters::{BATCH, Hasher, Key, Session};
use crate::bench::Bench;
use crate::results::{Row, Section};
use std::hint::black_box;
use sync_map_benches::{Fast, Random, Sip};

/// How many keys the small maps have, and the large ones.
pub(crate) const SMALL: u64 = 1024;
pub(crate) const LARGE: u64 = 1_000_000;

/// Loads of keys in an order that was shuffled before; each thread begins elsewhere.
pub(crate) struct Loads<'k, K>(pub &'k [K]);

impl<K: Key> Script<K> for Loads<'_, K> {
    const WRITES: bool = false;
    type State = usize;

    fn state(&self, thread: usize) -> usize {
        let batches = self.0.len() / BATCH;
        (batches / 2 * thread) % batches * BATCH
    }

    #[inline(always)]
    fn batch(&self, session: &impl Session<K>, at: &mut usize) -> u64 {
        let mut sum = 0_u64;
        for key in &self.0[*at..*at + BATCH] {
            sum = sum.wrapping_add(session.load(key).unwrap_or(1));
        }
        black_box(sum);
        *at = if *at + 2 * BATCH > self.0.len() { 0 } else { *at + BATCH };
        BATCH as u64
    }
}

/// `1024` for ids and `1,024` for people.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// All rows.
pub(crate) fn run(bench: &mut Bench) {
    for size in [SMALL, LARGE] {
        group::<u64, Fast>(bench, "u64", size);
        group::<String, Fast>(bench, "String", size);
    }
    group::<u64, Sip>(bench, "u64-SipHash", SMALL);
}

fn group<K: Key, S: Hasher>(bench: &mut Bench, keys_are: &str, size: u64) {
    let row = |(what, threads): (&str, usize)| {
        let title = format!("load {what}, {keys_are}, {} keys", grouped(size));
        Row::threads(Section::Loads, format_args!("load_{what}/{keys_are}/{size}"), title, threads)
    };
    let all = [("hit", 1), ("hit", 2), ("miss", 1), ("miss", 2)];
    // With the slow hasher only hits.
    let of_interest = |(what, _): &(&str, usize)| *what == "hit" || !keys_are.ends_with("SipHash");
    let wanted: Vec<(&str, usize)> =
        all.into_iter().filter(of_interest).filter(|which| bench.wants(&row(*which))).collect();
    if wanted.is_empty() {
        return;
    }
    bench.preparing(&row(wanted[0]).title);
    let present: Vec<K> = (0..size).map(K::number).collect();
    let mut random = Random::new(1);
    let hits = random.shuffled((0..size).map(K::number).collect());
    let misses = random.shuffled((size..2 * size).map(K::number).collect());
    let script =
        |(what, threads): &(&str, usize)| (*threads, Loads(if *what == "hit" { &hits } else { &misses }));
    let scripts: Vec<(usize, Loads<'_, K>)> = wanted.iter().map(script).collect();
    let contenders = kept::<K, S, _>(bench.plan.timing(), &present, &scripts);
    for (which, contenders) in wanted.into_iter().zip(contenders) {
        bench.run(row(which), contenders);
    }
}
