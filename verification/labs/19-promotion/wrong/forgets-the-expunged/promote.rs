impl<'p, K: Send + Sync + 'static, V: Send + Sync + 'static> Locked<'p, K, V> {
    /// Makes dirty the read table.
    pub(crate) fn promote(&mut self) {
        let Some(table) = self.take_dirty() else {
            return;
        };
        self.reset_misses();
        let old = self.publish(table);
        self.retire_old(old);
    }
}
