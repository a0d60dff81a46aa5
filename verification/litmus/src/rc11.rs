//! RC11: which executions the memory model allows.
//!
//! The model is that of Lahav, Vafeiadis, Kang, Hur and Dreyer, *Repairing Sequential Consistency in C/C++11* (PLDI 2017), whose names
//! this module has. One thing is as in C++20 and Rust: a release sequence consists of the release store and read-modify-writes that
//! follow it, and no longer of other stores of the same thread (P0982).
//!
//! Each axiom can be left out. No program may be judged by such a model: it says which axiom forbids an outcome, and so why another
//! checker that shows more, or less, does so.

use crate::execution::{Event, Execution};
use crate::program::Order;
use crate::relation::Relation;
use std::fmt;

/// Which axioms hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Model {
    /// *Coherence*: what happens before agrees with modification order and with what was read.
    pub coherence: bool,
    /// *Atomicity*: nothing comes between what a read-modify-write reads and what it writes.
    pub atomicity: bool,
    /// *SC*: `SeqCst` accesses are in one order that all threads agree on.
    pub accesses_sc: bool,
    /// The same for `SeqCst` fences, and what they order around them.
    pub fences_sc: bool,
    /// Not of RC11: two stores are ordered only if one happens before the other, or is read by the other. Coherence and atomicity speak
    /// of that order, and at the end any store that is not before another may be the last one.
    pub partial_order: bool,
    /// Not of RC11: there is an order of execution in which each read-modify-write reads the latest write; one that fails is one, too.
    pub exchanges_in_turn: bool,
    /// Not of RC11: there is an order of execution in which each `SeqCst` access comes after the `SeqCst` writes that it knows of, and
    /// before the others.
    pub sc_in_turn: bool,
}

/// RC11, whole.
pub const RC11: Model = Model {
    coherence: true,
    atomicity: true,
    accesses_sc: true,
    fences_sc: true,
    partial_order: false,
    exchanges_in_turn: false,
    sc_in_turn: false,
};

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = vec!["RC11"];
        let changes = [
            (!self.coherence, "without coherence"),
            (!self.atomicity, "without atomicity"),
            (!self.accesses_sc, "without SC accesses"),
            (!self.fences_sc, "without SC fences"),
            (self.partial_order, "with a partial modification order"),
            (self.exchanges_in_turn, "with read-modify-writes in the order of execution"),
            (self.sc_in_turn, "with SC accesses in the order of execution"),
        ];
        parts.extend(changes.iter().filter(|(is, _)| *is).map(|(_, part)| *part));
        f.write_str(&parts.join(", "))
    }
}

/// The relations of an execution that the axioms speak of.
struct Relations {
    sb: Relation,
    rf: Relation,
    mo: Relation,
    /// Reads before: a read, and the writes that are later than what it reads.
    rb: Relation,
    /// Happens before.
    hb: Relation,
    /// Extended coherence order.
    eco: Relation,
    loc: Relation,
}

impl Relations {
    fn of(execution: &Execution, is_partial: bool) -> Relations {
        let (sb, rf, loc) = (execution.sequenced_before(), execution.reads_from(), execution.same_location());
        let hb = sb.or(&synchronizes_with(execution, &sb, &rf)).closure();
        let mo = match is_partial {
            false => execution.modification_order(),
            true => partial_order(execution, &hb, &rf, &loc),
        };
        // A read-modify-write is one event here, which does not come before itself.
        let after = rf.inverse().then(&mo);
        let rb = Relation::of(execution.events.len(), |a, b| a != b && after.has(a, b));
        let eco = rf.or(&mo).or(&rb).closure();
        Relations { sb, rf, mo, rb, hb, eco, loc }
    }
}

/// What [`Model::partial_order`] makes of modification order.
fn partial_order(execution: &Execution, hb: &Relation, rf: &Relation, loc: &Relation) -> Relation {
    let write = execution.those(Event::writes);
    write.then(&hb.and(loc).or(rf)).then(&write).closure()
}

/// `sw = [rel] ; ([F] ; sb)? ; [W atomic] ; (rf ; [RMW])* ; rf ; [R atomic] ; (sb ; [F])? ; [acq]`
fn synchronizes_with(execution: &Execution, sb: &Relation, rf: &Relation) -> Relation {
    let is_fence = |event: &Event| event.location().is_none();
    let is_atomic = |event: &Event| event.order != Order::NotAtomic;
    let fences = execution.those(is_fence);
    let release = execution.those(|event| event.order.releases());
    let acquire = execution.those(|event| event.order.acquires());
    let write = execution.those(|event| event.writes() && is_atomic(event));
    let read = execution.those(|event| event.reads_from().is_some() && is_atomic(event));
    let modify = execution.those(|event| event.writes() && event.reads_from().is_some());
    let sequence = rf.then(&modify).closure().maybe();
    let from = release.then(&fences.then(sb).or(&execution.those(|_| true))).then(&write).then(&sequence);
    let to = read.then(&sb.then(&fences).or(&execution.those(|_| true))).then(&acquire);
    from.then(rf).then(&to)
}

impl Model {
    /// Whether the model allows an execution. What it does not allow, no longer execution of the same program makes allowed: each
    /// axiom forbids a cycle, which stays.
    pub fn allows(&self, execution: &Execution) -> bool {
        let relations = Relations::of(execution, self.partial_order);
        // No thin air. The way that executions are made leaves no other.
        debug_assert!(relations.sb.or(&relations.rf).is_acyclic());
        (!self.coherence || is_coherent(&relations))
            && (!self.atomicity || is_atomic(execution, &relations))
            && self.is_sc(execution, &relations)
            && self.is_in_turn(execution, &relations)
    }
}

/// `hb ; eco?` is irreflexive.
fn is_coherent(relations: &Relations) -> bool {
    relations.hb.then(&relations.eco.maybe()).is_irreflexive()
}

/// `rmw ∩ (rb ; mo) = ∅`: with a read-modify-write as one event, `rb ; mo` does not lead from it to itself. In a total order that also says
/// that no two of them read one write.
fn is_atomic(execution: &Execution, relations: &Relations) -> bool {
    let read = |event: &Event| event.reads_from().filter(|_| event.writes());
    let mut read: Vec<usize> = execution.events.iter().filter_map(read).collect();
    let reads = read.len();
    read.sort_unstable();
    read.dedup();
    read.len() == reads && relations.rb.then(&relations.mo).is_irreflexive()
}

impl Model {
    /// `sb ∪ rf`, with `rb ∪ mo` for the accesses that are said to be in turn, is acyclic: then there is such an order of execution.
    fn is_in_turn(&self, execution: &Execution, relations: &Relations) -> bool {
        if !self.exchanges_in_turn && !self.sc_in_turn {
            return true;
        }
        let (mut order, conflict) = (relations.sb.or(&relations.rf), relations.rb.or(&relations.mo));
        if self.exchanges_in_turn {
            let modify = execution.those(|event| event.writes() && event.reads_from().is_some());
            order = order.or(&modify.then(&conflict)).or(&relations.mo.then(&modify));
        }
        if self.sc_in_turn {
            let sc = execution.those(|event| event.order == Order::SeqCst);
            order = order.or(&sc.then(&conflict).then(&sc));
        }
        order.is_acyclic()
    }

    /// `psc_base ∪ psc_F` is acyclic.
    fn is_sc(&self, execution: &Execution, relations: &Relations) -> bool {
        let Relations { sb, mo, rb, hb, eco, loc, .. } = relations;
        let is_sc = |event: &Event| event.order == Order::SeqCst;
        let access = execution.those(|event| self.accesses_sc && is_sc(event) && event.location().is_some());
        let fence = execution.those(|event| self.fences_sc && is_sc(event) && event.location().is_none());
        let other = Relation::of(execution.events.len(), |a, b| sb.has(a, b) && !loc.has(a, b));
        let scb = sb.or(&other.then(hb).then(&other)).or(&hb.and(loc)).or(mo).or(rb);
        let from = access.or(&fence.then(&hb.maybe()));
        let to = access.or(&hb.maybe().then(&fence));
        let base = from.then(&scb).then(&to);
        let fences = fence.then(&hb.or(&hb.then(eco).then(hb))).then(&fence);
        base.or(&fences).is_acyclic()
    }
}

/// The writes to each location that may be the last one: of a total order, one; where nothing is coherent, any.
pub fn last(execution: &Execution, model: &Model) -> Vec<Vec<usize>> {
    let mo = Relations::of(execution, model.partial_order).mo;
    let of = |order: &Vec<usize>| -> Vec<usize> {
        order
            .iter()
            .copied()
            .filter(|write| !model.coherence || !order.iter().any(|later| mo.has(*write, *later)))
            .collect()
    };
    execution.modifications.iter().map(of).collect()
}

/// Whether two accesses of plain memory, one of them a write, are not ordered.
pub fn has_a_race(execution: &Execution) -> bool {
    let relations = Relations::of(execution, false);
    let events = &execution.events;
    (0..events.len()).any(|a| {
        (0..a).any(|b| {
            relations.loc.has(a, b)
                && (events[a].writes() || events[b].writes())
                && (events[a].order == Order::NotAtomic || events[b].order == Order::NotAtomic)
                && !relations.hb.has(a, b)
                && !relations.hb.has(b, a)
        })
    })
}
