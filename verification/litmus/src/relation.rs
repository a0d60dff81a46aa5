//! Relations over the events of an execution, as rows of bits. Names and operators are those of the literature: `;` is [`Relation::then`].

/// The most events that an execution can have.
pub const MOST_EVENTS: usize = 64;

/// Which events are related to which: bit `b` of row `a` says that `a` is related to `b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    rows: Vec<u64>,
}

impl Relation {
    /// No event is related to any of `events`.
    pub fn empty(events: usize) -> Relation {
        assert!(events <= MOST_EVENTS, "an execution has at most {MOST_EVENTS} events");
        Relation { rows: vec![0; events] }
    }

    /// Those pairs that the test accepts.
    pub fn of(events: usize, test: impl Fn(usize, usize) -> bool) -> Relation {
        let mut relation = Relation::empty(events);
        for a in 0..events {
            for b in 0..events {
                if test(a, b) {
                    relation.add(a, b);
                }
            }
        }
        relation
    }

    /// `[S]`: each event that the test accepts is related to itself.
    pub fn each(events: usize, test: impl Fn(usize) -> bool) -> Relation {
        Relation::of(events, |a, b| a == b && test(a))
    }

    /// Relates `a` to `b`.
    pub fn add(&mut self, a: usize, b: usize) {
        self.rows[a] |= 1 << b;
    }

    /// Whether `a` is related to `b`.
    pub fn has(&self, a: usize, b: usize) -> bool {
        self.rows[a] & (1 << b) != 0
    }

    /// `self ; other`
    pub fn then(&self, other: &Relation) -> Relation {
        let mut result = Relation::empty(self.rows.len());
        for (row, to) in self.rows.iter().zip(&mut result.rows) {
            let mut left = *row;
            while left != 0 {
                *to |= other.rows[left.trailing_zeros() as usize];
                left &= left - 1;
            }
        }
        result
    }

    /// `self ∪ other`
    pub fn or(&self, other: &Relation) -> Relation {
        Relation { rows: self.rows.iter().zip(&other.rows).map(|(a, b)| a | b).collect() }
    }

    /// `self ∩ other`
    pub fn and(&self, other: &Relation) -> Relation {
        Relation { rows: self.rows.iter().zip(&other.rows).map(|(a, b)| a & b).collect() }
    }

    /// `self?`: the same, and each event related to itself.
    pub fn maybe(&self) -> Relation {
        Relation { rows: self.rows.iter().enumerate().map(|(event, row)| row | 1 << event).collect() }
    }

    /// `self⁻¹`
    pub fn inverse(&self) -> Relation {
        Relation::of(self.rows.len(), |a, b| self.has(b, a))
    }

    /// `self⁺`
    pub fn closure(&self) -> Relation {
        let mut result = self.clone();
        for through in 0..result.rows.len() {
            let row = result.rows[through];
            for to in &mut result.rows {
                if *to & (1 << through) != 0 {
                    *to |= row;
                }
            }
        }
        result
    }

    /// Whether no event is related to itself.
    pub fn is_irreflexive(&self) -> bool {
        self.rows.iter().enumerate().all(|(event, row)| row & (1 << event) == 0)
    }

    /// Whether it has no cycle.
    pub fn is_acyclic(&self) -> bool {
        self.closure().is_irreflexive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(pairs: &[(usize, usize)]) -> Relation {
        Relation::of(4, |a, b| pairs.contains(&(a, b)))
    }

    #[test]
    fn operators_are_those_of_sets_of_pairs() {
        let (r, s) = (relation(&[(0, 1), (1, 2)]), relation(&[(1, 3), (2, 0)]));
        assert_eq!(r.then(&s), relation(&[(0, 3), (1, 0)]));
        assert_eq!(r.or(&s), relation(&[(0, 1), (1, 2), (1, 3), (2, 0)]));
        assert_eq!(r.and(&relation(&[(1, 2), (3, 3)])), relation(&[(1, 2)]));
        assert_eq!(r.inverse(), relation(&[(1, 0), (2, 1)]));
        assert_eq!(r.closure(), relation(&[(0, 1), (1, 2), (0, 2)]));
        assert_eq!(s.maybe(), relation(&[(0, 0), (1, 1), (2, 2), (3, 3), (1, 3), (2, 0)]));
    }

    #[test]
    fn a_cycle_is_found_through_any_number_of_events() {
        assert!(relation(&[(0, 1), (1, 2), (2, 3)]).is_acyclic());
        assert!(!relation(&[(0, 1), (1, 2), (2, 3), (3, 0)]).is_acyclic());
        assert!(!relation(&[(2, 2)]).is_acyclic());
    }
}
