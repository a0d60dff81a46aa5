//! The order in which services start: dependencies come first, otherwise the service that was registered first.
#![forbid(unsafe_code)]

use super::errors::LifecycleError;
use super::record::Record;
use super::service::Service;
use crate::sync::Arc;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The records in the order in which to start them.
///
/// # Errors
/// A dependency that is not among them, or a circle.
pub(super) fn start_order<S: Service + ?Sized>(
    records: &[Arc<Record<S>>],
) -> Result<Vec<Arc<Record<S>>>, LifecycleError> {
    let places: HashMap<&str, usize> = places(records);
    for record in records {
        if let Some(missing) = record.depends_on.iter().find(|name| !places.contains_key(name.as_str())) {
            return Err(LifecycleError::Dependency {
                service: record.name.to_string(),
                dependency: missing.clone(),
                state: None,
            });
        }
    }
    let (sorted, waiting) = sorted(records, &places);
    match (0..records.len()).find(|place| waiting[*place] > 0) {
        Some(blocked) => Err(LifecycleError::Cycle(circle(records, &places, &waiting, blocked))),
        None => Ok(sorted.into_iter().map(|place| Arc::clone(&records[place])).collect()),
    }
}

/// The records in the order in which to stop them: the reverse. What cannot be ordered comes by registration.
pub(super) fn stop_order<S: Service + ?Sized>(records: &[Arc<Record<S>>]) -> Vec<Arc<Record<S>>> {
    let (mut order, waiting) = sorted(records, &places(records));
    let mut blocked: Vec<usize> = (0..records.len()).filter(|place| waiting[*place] > 0).collect();
    blocked.sort_by_key(|place| records[*place].order);
    order.extend(blocked);
    order.iter().rev().map(|place| Arc::clone(&records[*place])).collect()
}

fn places<S: ?Sized>(records: &[Arc<Record<S>>]) -> HashMap<&str, usize> {
    records.iter().enumerate().map(|(place, record)| (&*record.name, place)).collect()
}

/// The places of those that can be ordered, and for each place on how many others it waits then.
fn sorted<S: ?Sized>(records: &[Arc<Record<S>>], places: &HashMap<&str, usize>) -> (Vec<usize>, Vec<usize>) {
    let mut dependents = vec![Vec::new(); records.len()];
    let mut waiting = vec![0; records.len()];
    for (place, record) in records.iter().enumerate() {
        for dependency in record.depends_on.iter().filter_map(|name| places.get(name.as_str())) {
            dependents[*dependency].push(place);
            waiting[place] += 1;
        }
    }
    let first = |place: usize| Reverse((records[place].order, place));
    let ready = (0..records.len()).filter(|place| waiting[*place] == 0);
    let mut ready: BinaryHeap<_> = ready.map(first).collect();
    let mut sorted = Vec::with_capacity(records.len());
    while let Some(Reverse((_, place))) = ready.pop() {
        sorted.push(place);
        for dependent in &dependents[place] {
            waiting[*dependent] -= 1;
            if waiting[*dependent] == 0 {
                ready.push(first(*dependent));
            }
        }
    }
    (sorted, waiting)
}

/// A circle that `from` waits for: from each blocked service to a blocked one that it depends on, until one comes again.
fn circle<S: ?Sized>(
    records: &[Arc<Record<S>>],
    places: &HashMap<&str, usize>,
    waiting: &[usize],
    from: usize,
) -> Vec<String> {
    let mut path = vec![from];
    loop {
        let last = &records[path[path.len() - 1]];
        let next = last.depends_on.iter().filter_map(|name| places.get(name.as_str()));
        let Some(next) = next.copied().find(|place| waiting[*place] > 0) else {
            unreachable!("a blocked service waits for a blocked one");
        };
        if let Some(start) = path.iter().position(|place| *place == next) {
            return path[start..].iter().map(|place| records[*place].name.to_string()).collect();
        }
        path.push(next);
    }
}
