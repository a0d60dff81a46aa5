//! Growth from a thousand keys to a million, each store timed by itself.

use crate::adapters::{self, BATCH, Hasher, Peer, Session, Tagged, Visitor};
use crate::bench::Bench;
use crate::results::{Row, Section, Unit};
use crate::rounds::{Contender, Sample};
use std::time::{Duration, Instant};
use sync_map_benches::Fast;
use sync_map_measure::Fate;
use sync_map_measure::thread::Treatment;

const FROM: u64 = 1000;
const TO: u64 = 1_000_000;

/// The part of the stores that took no longer, with its name. The last one is printed in milliseconds.
pub(crate) const QUANTILES: [(f64, &str); 7] = [
    (0.5, "p50"),
    (0.9, "p90"),
    (0.99, "p99"),
    (0.999, "p99.9"),
    (0.9999, "p99.99"),
    (0.99999, "p99.999"),
    (1.0, "max"),
];

/// A store that took this long, a tenth of which the scheduler took from it, spoils the round: it would be taken for a step of the
/// growth.
const SLOW: Duration = Duration::from_millis(1);

struct Growth {
    contenders: Vec<Contender<'static>>,
}

impl<S: Hasher> Visitor<u64, S> for Growth {
    fn visit<P: Peer<u64, S>>(&mut self) {
        self.contenders.push(Contender::new(P::NAME, P::KIND, || grow(&P::with_hasher(S::default()))));
    }
}

/// The quantiles. Each time includes one look at the clock, 20 to 40 ns.
fn grow<S: Hasher, P: Peer<u64, S>>(map: &P) -> Sample {
    let mut session = map.session();
    let mut times: Vec<u32> = vec![0; (TO - FROM) as usize]; // written to: its pages are there
    for key in 0..FROM {
        session.store(&key, key);
    }
    let (mut before, mut spoilt) = (Treatment::now(), false);
    let mut last = Instant::now();
    for (key, slot) in (FROM..TO).zip(&mut times) {
        session.store(&key, key);
        let mut now = Instant::now();
        let time = now - last;
        *slot = u32::try_from(time.as_nanos()).unwrap_or(u32::MAX);
        if time > SLOW {
            let after = Treatment::now();
            spoilt |= after.lost_since(&before, time) > time / 10;
            before = after;
            now = Instant::now();
        }
        last = now;
        if key.is_multiple_of(BATCH as u64) {
            session.rest(); // the next store pays for it
        }
    }
    session.finish();
    times.sort_unstable();
    let at = |fraction: f64| f64::from(times[(fraction * (times.len() - 1) as f64) as usize]);
    let value = |(fraction, _): (f64, &str)| if fraction == 1.0 { at(1.0) / 1e6 } else { at(fraction) };
    let fate = if spoilt { Fate::Switched } else { Fate::Kept };
    Sample { values: QUANTILES.map(value).to_vec(), fate }
}

/// The rows: one for each quantile.
pub(crate) fn run(bench: &mut Bench) {
    let rows = QUANTILES.map(|(fraction, name)| {
        let unit = if fraction == 1.0 { Unit::Millis } else { Unit::Nanos };
        Row::new(Section::Growth, unit, format!("growth/{name}"), format!("single stores, {name}"))
    });
    if !rows.iter().any(|row| bench.wants(row)) {
        return;
    }
    let mut growth = Growth { contenders: Vec::new() };
    adapters::each::<u64, Tagged<Fast, 5>>(&mut growth);
    bench.run_all(&rows, growth.contenders, bench.plan.long_rounds());
}
