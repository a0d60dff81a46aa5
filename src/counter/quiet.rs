//! Quiet counters, that nobody else uses: their map, and what is in it. For tests and tools.
#![forbid(unsafe_code)]

use super::by_key::{Cell, CounterMap};
use crate::map::{Drawn, KeyState, Shape};
use std::hash::{BuildHasher, Hash};

impl<K, S> CounterMap<K, S>
where
    K: Hash + Eq + Send + Sync + 'static,
    S: BuildHasher,
{
    /// The map of cells, for the checks of a quiet map.
    #[doc(hidden)]
    pub fn check_invariants(&mut self) -> Result<(), String> {
        self.cells.check_invariants()
    }

    #[doc(hidden)]
    pub fn shape(&mut self) -> Shape<'_, K, impl Sized> {
        self.cells.shape()
    }

    /// Shows the tables of the map of cells. For tests and tools.
    #[doc(hidden)]
    pub fn draw(&self, show: impl FnOnce(&Drawn<'_, K>)) {
        let text = |cell: &Cell| cell.get().map_or_else(|| "retired".to_owned(), |number| number.to_string());
        self.cells.draw(text, show);
    }

    /// Each key and its value in a quiet map, without an atomic access. For tests and tools.
    #[doc(hidden)]
    pub fn quiet_contents(&mut self) -> Vec<(K, i64)>
    where
        K: Clone,
    {
        let shape = self.cells.shape();
        let rows = shape.in_read.iter().chain(&shape.dirty_only);
        let live = rows.filter_map(|(key, state)| match state {
            KeyState::Live(cell) => Some(((*key).clone(), cell.get()?)),
            _ => None,
        });
        live.collect()
    }
}
