/// What a promotion is made of, for whoever writes one: each function does one thing.
#[allow(dead_code)]
impl<'p, K: Send + Sync + 'static, V: Send + Sync + 'static> Locked<'p, K, V> {
    /// Takes dirty out.
    fn take_dirty(&mut self) -> Option<Table<K, V>> {
        self.dirty.table.take()
    }

    /// Lets misses count anew.
    fn reset_misses(&mut self) {
        self.dirty.misses = 0;
        self.dirty.put_off = 0;
    }

    /// Makes it the read table, and returns the old one.
    fn publish(&mut self, table: Table<K, V>) -> Shared<'p, Table<K, V>> {
        let promoted = Owned::new(table).into_shared(self.guard.engine());
        self.read.0.swap(promoted, &READ_PROMOTE, self.guard)
    }

    /// Hands the old table to the collector.
    fn retire_old(&mut self, old: Shared<'p, Table<K, V>>) {
        // SAFETY: the student answers for it: this runs under the checkers only.
        unsafe { self.retire_table(old) }
    }

    /// Does nothing with the old table.
    fn forget(&mut self, _old: Shared<'p, Table<K, V>>) {}

    /// The read table, which is still published.
    fn current(&self) -> Shared<'p, Table<K, V>> {
        self.read.0.load(&READ_LOAD_LOCKED, self.guard)
    }

    /// Hands over the entries that were expunged and that nobody has put back.
    fn retire_expunged(&mut self) {
        let expunged = std::mem::take(&mut self.dirty.expunged);
        let is_out = |pointer: &EntryPointer<K, V>| {
            // SAFETY: as above.
            let entry = unsafe { pointer.get() };
            entry.is_expunged_locked(self.guard)
        };
        // SAFETY: as above.
        let shared = |pointer: EntryPointer<K, V>| unsafe { pointer.shared() };
        let out = expunged.into_iter().filter(is_out).map(shared);
        // SAFETY: as above.
        unsafe { self.guard.retire_all(out, Entry::<K, V>::BYTES) }
    }
}
